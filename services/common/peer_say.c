/* peer_say.c - see peer_internal.h. What is said to a producer. */
#include "ekc/post.h"
#include "peer_internal.h"

void peer_say_hello(struct peer *peer)
{
    const struct ekc_peers_options *options = &peer->peers->options;
    Ekc__V1__Hello hello = EKC__V1__HELLO__INIT;
    hello.role = options->role;
    hello.worker_id = (char *)ekc_self_id();
    hello.incarnation = ekc_self_incarnation();
    hello.version = EKC_VERSION;
    hello.credit = options->credit;
    hello.credit_bytes = options->credit_bytes;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_HELLO;
    envelope.hello = &hello;
    ekc_tell(peer->end, NULL, &envelope);
}

void peer_say_ping(struct peer *peer)
{
    const struct ekc_peers_options *options = &peer->peers->options;
    Ekc__V1__Ping ping = EKC__V1__PING__INIT;
    ping.progress = options->progress ? *options->progress : 0;
    ping.waiting = options->waiting ? *options->waiting : 0;
    Ekc__V1__Envelope envelope = EKC__V1__ENVELOPE__INIT;
    envelope.body_case = EKC__V1__ENVELOPE__BODY_PING;
    envelope.ping = &ping;
    ekc_tell(peer->end, NULL, &envelope);
}

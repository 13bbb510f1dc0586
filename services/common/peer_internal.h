/* peer_internal.h - what the rooms of peer share: producers, and the names that lead to them.
 */
#ifndef EKC_COMMON_PEER_INTERNAL_H
#define EKC_COMMON_PEER_INTERNAL_H

#include "ekc/peer.h"
#include "settings_form.h"

enum { PEER_NAMES_MAX = 32 };

/* A name of the list, with the port to be asked for at each of its addresses. */
struct peer_name {
    ekc_peers *peers;
    ekc_resolve *resolve;
    char host[ADDRESS_MAX];
    const char *port;    /* within host, behind its NUL */
    const char *trouble; /* of the last look-up; NULL = none */
};

struct peer {
    ekc_peers *peers;
    char address[ADDRESS_MAX];    /* "" = a free place */
    const struct peer_name *name; /* that led here last; NULL = the list itself has it */
    unsigned absences;            /* look-ups of the name in a row that did not bring it */
    uint64_t id;                  /* of its end, never used again */
    ekc_end *end;
    int64_t opened_ms;
    int64_t heard_ms; /* by this end; 0 = never */
    int64_t greeted_ms;
    int64_t pause_until_ms; /* after what trying again at once would not mend */
    bool is_welcome;        /* it knows us */
    bool is_wrong;          /* of a role that is not expected */
    bool is_told;           /* what is wrong with it has been logged */
};

struct ekc_peers {
    ekc_loop *loop;
    ekc_bus *bus;
    struct ekc_peers_options options;
    ekc_arena *arena;
    struct peer peers[EKC_PEERS_MAX];
    struct peer_name names[PEER_NAMES_MAX];
    size_t name_count;
    uint64_t last_id;
    bool is_asleep;
    bool is_overfull; /* that there are too many addresses has been logged */
};

/* Opens the peer's end and listens to it; does not log. */
EKC_MUST_CHECK int peer_open(struct peer *peer);
void peer_close(struct peer *peer);

/* Each says one thing. One that is not connected yet misses it, and is told again. */
void peer_say_hello(struct peer *peer);
void peer_say_ping(struct peer *peer);

/* Takes the list of the setting up: errors as ekc_peers_open. */
EKC_MUST_CHECK int peer_find_all(ekc_peers *peers);
void peer_find_done(ekc_peers *peers);

#endif

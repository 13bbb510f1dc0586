/* peer_find.c - see peer_internal.h. From the address list to producers: an address that comes
 * up is met at once, one that stays away is dropped.
 *
 * During restarts a name's answers come late or in turns, so one absence says little; and a
 * look-up that fails says nothing at all. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ekc/log.h"
#include "ekc/post.h"
#include "ekc/settings.h"
#include "peer_internal.h"

enum { ABSENCES_MAX = 3 };

static struct peer *find(ekc_peers *peers, const char *address)
{
    for (size_t i = 0; i < EKC_PEERS_MAX; i++)
        if (strcmp(peers->peers[i].address, address) == 0)
            return &peers->peers[i];
    return NULL;
}

static struct peer *add(ekc_peers *peers, const char *address, const struct peer_name *name)
{
    struct peer *peer = find(peers, "");
    if (peer) {
        *peer = (struct peer){ .peers = peers, .name = name };
        (void)strncat(peer->address, address, sizeof peer->address - 1);
        return peer;
    }
    if (!peers->is_overfull)
        ekc_warn("%s leads to more than %d addresses: %s and others are not met",
                 peers->options.setting, EKC_PEERS_MAX, address);
    peers->is_overfull = true;
    return NULL;
}

/* Names may lead to the same address: it stays as long as one of them does. */
static void meet(struct peer_name *name, const char *number)
{
    char address[ADDRESS_MAX];
    (void)snprintf(address, sizeof address, "%s:%s", number, name->port);
    struct peer *peer = find(name->peers, address);
    if (!peer)
        peer = add(name->peers, address, name);
    if (!peer)
        return;
    if (peer->name)
        peer->name = name;
    peer->absences = 0;
}

static void drop(struct peer *peer)
{
    ekc_info("%s has gone from %s", peer->address, peer->name->host);
    if (peer->is_welcome)
        (void)ekc_say_bye(peer->end, NULL);
    peer_close(peer);
    peer->address[0] = '\0';
}

static void tell_trouble(struct peer_name *name, const char *trouble)
{
    const char *before = name->trouble ? name->trouble : "";
    if (trouble && strcmp(before, trouble) != 0)
        ekc_warn("cannot look up %s of %s: %s", name->host, name->peers->options.setting,
                 trouble);
    if (!trouble && name->trouble)
        ekc_info("%s of %s is found again", name->host, name->peers->options.setting);
    name->trouble = trouble;
}

static void on_found(void *self, const struct ekc_found *found)
{
    struct peer_name *name = self;
    struct peer *peers = name->peers->peers;
    tell_trouble(name, found->trouble);
    if (found->trouble)
        return;

    for (size_t i = 0; i < EKC_PEERS_MAX; i++)
        peers[i].absences += *peers[i].address && peers[i].name == name;
    for (size_t i = 0; i < found->count; i++)
        meet(name, found->addresses[i]);
    for (size_t i = 0; i < EKC_PEERS_MAX; i++)
        if (*peers[i].address && peers[i].name == name && peers[i].absences >= ABSENCES_MAX)
            drop(&peers[i]);
}

/* --- the list ----------------------------------------------------------------------------- */

static int add_number(ekc_peers *peers, const char *address)
{
    struct peer *peer = find(peers, address);
    if (!peer)
        peer = add(peers, address, NULL);
    int r = !peer || peer->end ? 0 : peer_open(peer);
    return r < 0 ? ekc_fail(r, "cannot connect to %s of %s", address, peers->options.setting)
                 : 0;
}

static int add_name(ekc_peers *peers, const char *address)
{
    if (peers->name_count == PEER_NAMES_MAX) {
        ekc_warn("%s has more than %d names: %s is not looked up", peers->options.setting,
                 PEER_NAMES_MAX, address);
        return 0;
    }
    struct peer_name *name = &peers->names[peers->name_count++];
    name->peers = peers;
    (void)strncat(name->host, address, sizeof name->host - 1);
    char *colon = strrchr(name->host, ':');
    if (!colon)
        return ekc_fail(-EINVAL, "%s has no port in %s", address, peers->options.setting);
    *colon = '\0';
    name->port = colon + 1;
    int r = ekc_resolve_open(&name->resolve, peers->loop,
                             &(struct ekc_resolve_options){
                                 .host = name->host,
                                 .period_ms = ekc_setting_number("EKC_RESOLVE_MS"),
                                 .lookup = peers->options.lookup,
                                 .lookup_self = peers->options.lookup_self,
                                 .on_found = on_found,
                                 .self = name,
                             });
    return r < 0 ? ekc_fail(r, "cannot look up %s of %s", address, peers->options.setting) : 0;
}

static int add_entry(void *self, const char *address)
{
    char host[ADDRESS_MAX];
    struct in_addr ignored;
    (void)snprintf(host, sizeof host, "%.*s", (int)strcspn(address, ":"), address);
    bool is_number = address[0] == '[' || inet_pton(AF_INET, host, &ignored) == 1;
    return is_number ? add_number(self, address) : add_name(self, address);
}

int peer_find_all(ekc_peers *peers)
{
    return ekc_setting_each(peers->options.setting, add_entry, peers);
}

void peer_find_done(ekc_peers *peers)
{
    for (size_t i = 0; i < peers->name_count; i++)
        ekc_resolve_close(&peers->names[i].resolve);
}

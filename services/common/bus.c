/* bus.c - see ekc/bus.h. Opening and closing: contexts, keys and ends. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus_internal.h"
#include "ekc/log.h"
#include "ekc/settings.h"
#include "ekc/wire.h"

int ekc_keypair_new(struct ekc_keypair *ret_pair)
{
    return zmq_curve_keypair(ret_pair->public_key, ret_pair->secret_key) == 0 ? 0 : -ENOTSUP;
}

int ekc_keypair_of(const char *secret_key, struct ekc_keypair *ret_pair)
{
    struct ekc_keypair pair;
    if (strlen(secret_key) != EKC_KEY_SIZE - 1)
        return -EINVAL;
    if (zmq_curve_public(pair.public_key, secret_key) != 0)
        return -EINVAL;

    memcpy(pair.secret_key, secret_key, EKC_KEY_SIZE);
    *ret_pair = pair;
    return 0;
}

static void close_file(FILE **file)
{
    (void)fclose(*file);
}

int ekc_keypair_read(const char *path, struct ekc_keypair *ret_pair)
{
    FILE *opened = fopen(path, "re");
    if (!opened)
        return -errno;

    EKC_CLEANUP(close_file) FILE *file = opened;
    char line[EKC_KEY_SIZE + 2];
    if (!fgets(line, sizeof line, file))
        return -EINVAL;

    line[strcspn(line, "\r\n")] = '\0';
    return ekc_keypair_of(line, ret_pair);
}

static int take_keys(ekc_bus *bus, const struct ekc_bus_options *options)
{
    if (!options->secret_key)
        return 0;

    int r = ekc_keypair_of(options->secret_key, &bus->keys);
    if (r < 0)
        return r;

    const char *server_key = options->server_key ? options->server_key : bus->keys.public_key;
    uint8_t raw[32];
    if (strlen(server_key) != EKC_KEY_SIZE - 1 || !zmq_z85_decode(raw, server_key))
        return -EINVAL;

    memcpy(bus->server_key, server_key, EKC_KEY_SIZE);
    return 0;
}

int ekc_bus_new(ekc_bus **ret_bus, const struct ekc_bus_options *options)
{
    EKC_CLEANUP(ekc_bus_close) ekc_bus *bus = calloc(1, sizeof *bus);
    if (!bus)
        return -ENOMEM;

    bus->is_plain = !options->secret_key;
    int r = take_keys(bus, options);
    if (r < 0)
        return r;

    bus->ctx = zmq_ctx_new();
    if (!bus->ctx)
        return -errno;

    r = bus->is_plain ? 0 : ekc_porter_open(bus);
    if (r < 0)
        return r;

    *ret_bus = bus;
    bus = NULL;
    return 0;
}

int ekc_bus_open(ekc_bus **ret_bus)
{
    struct ekc_keypair pair;
    struct ekc_bus_options options = { 0 };
    if (ekc_setting_flag("EKC_CURVE")) {
        const char *path = ekc_setting("EKC_KEY_FILE");
        if (!*path)
            return ekc_fail(-EINVAL, "EKC_KEY_FILE names no key: make one with `ekc key new`");
        int r = ekc_keypair_read(path, &pair);
        if (r < 0)
            return ekc_fail(r, "no secret key in EKC_KEY_FILE=%s", path);
        options.secret_key = pair.secret_key;
        options.server_key =
            *ekc_setting("EKC_SERVER_KEY") ? ekc_setting("EKC_SERVER_KEY") : NULL;
    }
    int r = ekc_bus_new(ret_bus, &options);
    return r < 0 ? ekc_fail(r, "cannot open the bus: is EKC_SERVER_KEY a key of 40 characters?")
                 : 0;
}

bool ekc_bus_is_plain(const ekc_bus *bus)
{
    return bus->is_plain;
}

void ekc_bus_close(ekc_bus **bus)
{
    if (!*bus)
        return;
    if ((*bus)->porter)
        zmq_close((*bus)->porter);
    if ((*bus)->ctx)
        zmq_ctx_term((*bus)->ctx);
    free((*bus)->guests);
    free(*bus);
    *bus = NULL;
}

/* Numbers alone: 127.0.0.1.example.org is a name like any other. */
static bool is_loopback(const char *address)
{
    bool is_number = strspn(address, "0123456789.") == strcspn(address, ":");
    return (is_number && strncmp(address, "127.", 4) == 0) ||
           strncmp(address, "localhost:", 10) == 0;
}

static void set_int(void *socket, int option, int value)
{
    int r = zmq_setsockopt(socket, option, &value, sizeof value);
    if (r != 0)
        ekc_warn("socket option %d was not taken: %s", option, zmq_strerror(errno));
}

/* The high-water mark is a fuse: credit and windows keep queues far below it. Heartbeats find a
 * frozen or vanished host; what they lose is sent again by whoever holds it. */
static void set_options(void *socket)
{
    static const struct {
        int option, value;
    } options[] = {
        { ZMQ_SNDHWM, 4096 },
        { ZMQ_RCVHWM, 4096 },
        { ZMQ_LINGER, 1000 },
        { ZMQ_HANDSHAKE_IVL, 5000 },
        { ZMQ_HEARTBEAT_IVL, 1000 },
        { ZMQ_HEARTBEAT_TIMEOUT, 5000 },
        { ZMQ_HEARTBEAT_TTL, 5000 },
        { ZMQ_RECONNECT_IVL, 50 },
        { ZMQ_RECONNECT_IVL_MAX, 2000 },
        { ZMQ_BACKLOG, 512 },
        { ZMQ_TCP_KEEPALIVE, 1 },
    };
    for (size_t i = 0; i < EKC_COUNT(options); i++)
        set_int(socket, options[i].option, options[i].value);

    int64_t frame_max = EKC_WIRE_FRAME_MAX;
    (void)zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame_max, sizeof frame_max);
}

static int arm_server(const ekc_bus *bus, void *socket)
{
    set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
    if (bus->is_plain)
        return 0;

    set_int(socket, ZMQ_CURVE_SERVER, 1);
    if (zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, bus->keys.secret_key, EKC_KEY_SIZE) != 0)
        return -errno;
    /* An empty domain would silently switch the porter off. */
    return zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, "ekc", 3) == 0 ? 0 : -errno;
}

static int arm_client(const ekc_bus *bus, void *socket)
{
    set_int(socket, ZMQ_IMMEDIATE, 1);
    if (bus->is_plain)
        return 0;

    if (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, bus->server_key, EKC_KEY_SIZE) != 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, bus->keys.public_key, EKC_KEY_SIZE) != 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, bus->keys.secret_key, EKC_KEY_SIZE) != 0)
        return -errno;
    return 0;
}

static int attach(ekc_end *end, const char *address)
{
    char endpoint[300];
    int len = snprintf(endpoint, sizeof endpoint, "tcp://%s", address);
    if (len < 0 || (size_t)len >= sizeof endpoint)
        return -EINVAL;
    int r =
        end->is_bound ? zmq_bind(end->socket, endpoint) : zmq_connect(end->socket, endpoint);
    return r == 0 ? 0 : -errno;
}

static int open_end(ekc_bus *bus, const char *address, bool is_bound, ekc_end **ret_end)
{
    if (bus->is_plain && !is_loopback(address))
        return -EPERM;

    EKC_CLEANUP(ekc_end_close) ekc_end *end = calloc(1, sizeof *end);
    if (!end)
        return -ENOMEM;

    end->is_bound = is_bound;
    (void)zmq_msg_init(&end->payload);
    end->socket = zmq_socket(bus->ctx, is_bound ? ZMQ_ROUTER : ZMQ_DEALER);
    if (!end->socket)
        return -errno;

    set_options(end->socket);
    int r = is_bound ? arm_server(bus, end->socket) : arm_client(bus, end->socket);
    if (r < 0)
        return r;

    r = attach(end, address);
    if (r < 0)
        return r;

    *ret_end = end;
    end = NULL;
    return 0;
}

int ekc_end_bind(ekc_bus *bus, const char *address, ekc_end **ret_end)
{
    return open_end(bus, address, true, ret_end);
}

int ekc_end_connect(ekc_bus *bus, const char *address, ekc_end **ret_end)
{
    return open_end(bus, address, false, ret_end);
}

void ekc_end_close(ekc_end **end)
{
    if (!*end)
        return;
    (void)zmq_msg_close(&(*end)->payload);
    if ((*end)->socket)
        zmq_close((*end)->socket);
    free(*end);
    *end = NULL;
}

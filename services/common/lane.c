/* lane.c - see ekc/lane.h. */
#include "ekc/lane.h"

#include <errno.h>
#include <sys/random.h>

#define LEASE "now() + interval '15 s'"

/* Whoever is being appended to or taken by another at this moment is skipped. */
const struct ekc_statement ekc_lane_take = {
    "ekc_lane_take",
    "WITH free AS (SELECT id FROM lane WHERE role = $1::text AND lease_until < now() "
    "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED), "
    "taken AS (UPDATE lane SET owner = $2::int8, lease_until = " LEASE " FROM free "
    "WHERE lane.id = free.id RETURNING lane.id, lane.last_seq), "
    "made AS (INSERT INTO lane (role, owner, lease_until) SELECT $1::text, $2::int8, " LEASE " "
    "WHERE NOT EXISTS (SELECT FROM taken) RETURNING id, last_seq) "
    "SELECT id, last_seq FROM taken UNION ALL SELECT id, last_seq FROM made",
};

const struct ekc_statement ekc_lane_renew = {
    "ekc_lane_renew",
    "UPDATE lane SET lease_until = " LEASE " WHERE id = $1::int4 AND owner = $2::int8 "
    "RETURNING id",
};

/* Nobody's: owner 0 can append nothing. */
const struct ekc_statement ekc_lane_leave = {
    "ekc_lane_leave",
    "UPDATE lane SET owner = 0, lease_until = '-infinity' "
    "WHERE id = $1::int4 AND owner = $2::int8 RETURNING id",
};

int64_t ekc_lane_owner(void)
{
    int64_t owner = 0;
    while (owner == 0)
        (void)!getrandom(&owner, sizeof owner, 0);
    return owner;
}

int ekc_lane_taken(struct ekc_lane *lane, int64_t owner, const ekc_result *result)
{
    if (ekc_result_rows(result) != 1)
        return -EPROTO;

    *lane = (struct ekc_lane){
        .id = (int32_t)ekc_result_int(result, 0, 0),
        .owner = owner,
        .last_seq = ekc_result_int(result, 0, 1),
    };
    return 0;
}

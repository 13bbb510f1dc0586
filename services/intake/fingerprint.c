/* fingerprint.c - see fingerprint.h. Every field is preceded by its length, so that no letter
 * can move over a border unseen. */
#include "intake/fingerprint.h"

#include <sodium.h>
#include <string.h>

enum { VERSION = 1 };

static void add_text(crypto_hash_sha256_state *state, const char *text)
{
    uint64_t len = strlen(text);
    uint8_t big_endian[8];
    for (size_t i = 0; i < sizeof big_endian; i++)
        big_endian[i] = (uint8_t)(len >> (56 - 8 * i));
    (void)crypto_hash_sha256_update(state, big_endian, sizeof big_endian);
    (void)crypto_hash_sha256_update(state, (const uint8_t *)text, len);
}

static void add_byte(crypto_hash_sha256_state *state, int value)
{
    (void)crypto_hash_sha256_update(state, &(uint8_t){ (uint8_t)value }, 1);
}

void fingerprint_of(const struct inquiry *inquiry, const uint8_t salt[static FINGERPRINT_SALT],
                    uint8_t ret_digest[static FINGERPRINT_SIZE])
{
    crypto_hash_sha256_state state;
    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, salt, FINGERPRINT_SALT);
    add_byte(&state, VERSION);
    add_text(&state, inquiry->subject);
    add_text(&state, inquiry->text);
    add_text(&state, inquiry->channel);
    add_byte(&state, inquiry->applicant_kind);
    add_text(&state, inquiry->applicant_key);
    add_text(&state, inquiry->contact.name);
    add_text(&state, inquiry->contact.phone);
    add_text(&state, inquiry->contact.email);
    add_text(&state, inquiry->contact.address);
    (void)crypto_hash_sha256_final(&state, ret_digest);
}

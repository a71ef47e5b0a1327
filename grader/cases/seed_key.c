#include "grader/cases/seed_key.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"

/* Names of purposes keep a fingerprint from ever being a seed. */
static void derive(const unsigned char *bytes, size_t size, const char *purpose, unsigned char *out,
                   size_t out_size)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, out_size);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, bytes, size);
    crypto_generichash_final(&state, out, out_size);
}

static int key_from(const void *bytes, size_t size, const char *purpose, struct seed_key *key,
                    struct error *error)
{
    if (sodium_init() < 0)
        return error_set(error, ERROR_ENVIRONMENT, "libsodium cannot start");
    unsigned char print[16];
    derive(bytes, size, purpose, key->bytes, sizeof key->bytes);
    derive(key->bytes, sizeof key->bytes, "grader fingerprint", print, sizeof print);
    sodium_bin2hex(key->fingerprint, sizeof key->fingerprint, print, 8);
    return 0;
}

int seed_key_public(struct seed_key *key, struct error *error)
{
    int status = key_from("", 0, "grader public key", key, error);
    if (status == 0)
        snprintf(key->fingerprint, sizeof key->fingerprint, "public");
    return status;
}

int seed_key_from_word(const char *word, struct seed_key *key, struct error *error)
{
    return key_from(word, strlen(word), "grader practice key", key, error);
}

int seed_key_load(const char *path, struct seed_key *key, struct error *error)
{
    struct stat status;
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    int result = file_read(path, 4096, &bytes, &size, error);
    if (result != 0)
        return error_context(error, "key");
    if (stat(path, &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return error_set(error, ERROR_USAGE, "key: %s can be read by others; run: chmod 600 %s",
                         path, path);
    while (size > 0 &&
           (bytes[size - 1] == '\n' || bytes[size - 1] == '\r' || bytes[size - 1] == ' '))
        size--;
    if (size < 16)
        return error_set(error, ERROR_USAGE, "key: %s holds fewer than 16 bytes", path);
    result = key_from(bytes, size, "grader secret key", key, error);
    sodium_memzero(bytes, size);
    return result;
}

void seed_derive(const struct seed_key *key, const char *const *parts, unsigned count,
                 uint64_t seed[2])
{
    unsigned char hash[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof hash);
    for (unsigned i = 0; i < count; i++) // the NUL ends each part, so no two lists collide
        crypto_generichash_update(&state, (const unsigned char *)parts[i], strlen(parts[i]) + 1);
    crypto_generichash_final(&state, hash, sizeof hash);
    for (unsigned w = 0; w < 2; w++) {
        seed[w] = 0;
        for (unsigned b = 0; b < 8; b++) // little-endian on every machine
            seed[w] |= (uint64_t)hash[8 * w + b] << (8 * b);
    }
}

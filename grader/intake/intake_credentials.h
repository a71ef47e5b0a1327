/**
 * @file
 * Keys and tokens for private repositories. None of them is ever part of a message.
 *
 *   GRADER_SSH_KEY    private key file (else the ssh agent, then ~/.ssh/id_ed25519, _ecdsa, _rsa)
 *   GRADER_GIT_TOKEN  token for https
 *   GRADER_GIT_HOST   the only host that is given the token; default github.com. A roster may name
 *                     any server, and a server that asks must not get what is meant for another.
 *   GRADER_GIT_USER   user name that goes with the token; default x-access-token
 */
#ifndef GRADER_INTAKE_INTAKE_CREDENTIALS_H
#define GRADER_INTAKE_INTAKE_CREDENTIALS_H

#include <git2.h>
#include "grader/intake/intake_source.h"

struct intake_credentials {
    const struct intake_source *source;
    unsigned attempts;
    unsigned next_key; /**< the next of the ssh keys to try */
    char refusal[256]; /**< why there is no (further) credential, for people */
};

void intake_credentials_init(struct intake_credentials *credentials,
                             const struct intake_source *source);

/** The body of libgit2's credential callback. */
int intake_credentials_give(struct intake_credentials *credentials, git_credential **out,
                            const char *url, const char *user, unsigned allowed);

#endif

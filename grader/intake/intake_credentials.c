#include "grader/intake/intake_credentials.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "grader/base/file.h"

enum { ATTEMPTS_MAX = 8 };

static const char *const default_keys[] = {"id_ed25519", "id_ecdsa", "id_rsa"};

void intake_credentials_init(struct intake_credentials *credentials,
                             const struct intake_source *source)
{
    memset(credentials, 0, sizeof *credentials);
    credentials->source = source;
}

static int refuse(struct intake_credentials *credentials, const char *reason)
{
    (void)snprintf(credentials->refusal, sizeof credentials->refusal, "%s", reason);
    return GIT_EAUTH;
}

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? otherwise : value;
}

/* A password in clear text only ever goes over the loop-back interface (a tunnel, a test). */
static bool is_private_channel(const struct intake_source *source)
{
    return strncmp(source->address, "https://", 8) == 0 || strcmp(source->host, "localhost") == 0 ||
           strcmp(source->host, "127.0.0.1") == 0 || strcmp(source->host, "[::1]") == 0;
}

/* The server may have redirected us: the token is for the host that the user named. */
static bool is_same_host(const struct intake_source *source, const char *url)
{
    struct intake_source now;
    struct error ignored = ERROR_INIT;
    return url != NULL && intake_source_parse(url, &now, &ignored) == 0 &&
           strcmp(now.host, source->host) == 0 && is_private_channel(&now);
}

static int give_token(struct intake_credentials *credentials, git_credential **out, const char *url)
{
    const struct intake_source *source = credentials->source;
    const char *token = setting("GRADER_GIT_TOKEN", NULL);
    if (token == NULL)
        return refuse(credentials, "there is no repository at this address, or it is private: set "
                                   "GRADER_GIT_TOKEN (and GRADER_GIT_HOST), or use ssh");
    if (strcasecmp(setting("GRADER_GIT_HOST", "github.com"), source->host) != 0)
        return refuse(credentials, "the server asks for a login, and GRADER_GIT_TOKEN is meant for "
                                   "another host (GRADER_GIT_HOST, default github.com)");
    if (!is_private_channel(source) || !is_same_host(source, url))
        return refuse(credentials, "the token is not sent unencrypted or to a server that the "
                                   "address was redirected to");
    if (credentials->attempts > 1)
        return refuse(credentials,
                      "the server did not accept GRADER_GIT_TOKEN for this repository");
    return git_credential_userpass_plaintext_new(out, setting("GRADER_GIT_USER", "x-access-token"),
                                                 token);
}

static int give_key_file(git_credential **out, const char *user, const char *path)
{
    return git_credential_ssh_key_new(out, user, NULL, path, "");
}

/* One key after the other: agent, then the files that ssh itself would try. */
static int give_key(struct intake_credentials *credentials, git_credential **out, const char *user)
{
    const char *chosen = setting("GRADER_SSH_KEY", NULL);
    if (chosen != NULL && credentials->next_key++ == 0)
        return give_key_file(out, user, chosen);
    if (chosen != NULL)
        return refuse(credentials, "the server did not accept the key of GRADER_SSH_KEY");
    if (credentials->next_key == 0) {
        credentials->next_key = 1;
        if (setting("SSH_AUTH_SOCK", NULL) != NULL)
            return git_credential_ssh_key_from_agent(out, user);
    }
    const char *home = setting("HOME", "/");
    while (credentials->next_key <= sizeof default_keys / sizeof *default_keys) {
        char path[FILE_PATH_MAX];
        const char *name = default_keys[credentials->next_key++ - 1];
        int size = snprintf(path, sizeof path, "%s/.ssh/%s", home, name);
        if (size > 0 && (size_t)size < sizeof path && file_exists(path))
            return give_key_file(out, user, path);
    }
    return refuse(credentials, "the server accepts none of the ssh keys (agent, ~/.ssh/id_*, "
                               "GRADER_SSH_KEY)");
}

int intake_credentials_give(struct intake_credentials *credentials, git_credential **out,
                            const char *url, const char *user, unsigned allowed)
{
    if (++credentials->attempts > ATTEMPTS_MAX)
        return refuse(credentials, "the server asks for a login again and again");
    if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0 &&
        credentials->source->kind == INTAKE_SOURCE_HTTP)
        return give_token(credentials, out, url);
    if ((allowed & GIT_CREDENTIAL_USERNAME) != 0)
        return git_credential_username_new(out, user == NULL ? "git" : user);
    if ((allowed & GIT_CREDENTIAL_SSH_KEY) != 0)
        return give_key(credentials, out, user == NULL ? "git" : user);
    return refuse(credentials, "the server asks for a kind of login that we do not have");
}

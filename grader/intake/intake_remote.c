#include "grader/intake/intake_remote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/intake/intake_credentials.h"
#include "grader/intake/intake_git.h"
#include "grader/intake/intake_refs.h"

struct transfer {
    const struct intake_limits *limits;
    struct intake_channel *channel;
    struct intake_credentials credentials;
    bool too_large;
};

static int on_progress(const git_indexer_progress *stats, void *payload)
{
    struct transfer *transfer = payload;
    if (stats->received_bytes > transfer->limits->disk_bytes) {
        transfer->too_large = true;
        return GIT_EUSER;
    }
    if (stats->received_objects < stats->total_objects)
        intake_channel_progress(transfer->channel, "receiving objects", stats->received_objects,
                                stats->total_objects);
    else
        intake_channel_progress(transfer->channel, "unpacking objects", stats->indexed_deltas,
                                stats->total_deltas);
    return 0;
}

static int on_credentials(git_credential **out, const char *url, const char *user, unsigned allowed,
                          void *payload)
{
    struct transfer *transfer = payload;
    return intake_credentials_give(&transfer->credentials, out, url, user, allowed);
}

/* The file-size limit of the process may strike before the next progress call. */
static bool hit_size_limit(const struct transfer *transfer)
{
    const git_error *last = git_error_last();
    return transfer->too_large || (last != NULL && last->message != NULL &&
                                   strstr(last->message, strerror(EFBIG)) != NULL);
}

static int transfer_error(const struct transfer *transfer, const char *origin, int status,
                          struct error *error)
{
    if (hit_size_limit(transfer)) {
        char size[32];
        intake_format_size(size, sizeof size, transfer->limits->disk_bytes);
        return error_set(error, ERROR_SUBMISSION, "the repository is larger than %s (limit)", size);
    }
    if (transfer->credentials.refusal[0] != '\0')
        return error_set(error, ERROR_USAGE, "cannot fetch %s: %s", origin,
                         transfer->credentials.refusal);
    char doing[1100];
    (void)snprintf(doing, sizeof doing, "cannot fetch %s", origin);
    return intake_git_error(error, status, doing);
}

static int read_refs(git_remote *remote, struct intake_refs *refs, struct error *error)
{
    const git_remote_head **heads = NULL;
    size_t count = 0;
    int status = git_remote_ls(&heads, &count, remote);
    if (status != 0)
        return intake_git_error(error, status, "cannot list the branches");
    for (size_t i = 0; i < count; i++) {
        const char *name = heads[i]->name;
        size_t size = strlen(name);
        if (strcmp(name, "HEAD") == 0) {
            refs->has_head = true;
            refs->head = heads[i]->oid;
            if (heads[i]->symref_target != NULL)
                refs->default_branch = strdup(heads[i]->symref_target);
            continue;
        }
        bool peeled = size > 3 && strcmp(name + size - 3, "^{}") == 0;
        bool wanted = strncmp(name, "refs/heads/", 11) == 0 || strncmp(name, "refs/tags/", 10) == 0;
        int result = peeled || !wanted ? 0 : intake_refs_add(refs, name, &heads[i]->oid, error);
        if (result != 0)
            return result;
    }
    return 0;
}

/* Only the history of the chosen branch, unless any commit may be meant. */
static int download(git_remote *remote, const struct intake_choice *choice,
                    const git_fetch_options *options)
{
    char one[1200];
    char heads[] = "+refs/heads/*:refs/heads/*", tags[] = "+refs/tags/*:refs/tags/*";
    char *all[] = {heads, tags};
    char *single[] = {one};
    git_strarray specs = {all, 2};
    if (!choice->is_commit) {
        const char *name = choice->ref == NULL ? "HEAD" : choice->ref->name;
        int size = snprintf(one, sizeof one, "+%s:refs/heads/submission", name);
        if (size > 0 && (size_t)size < sizeof one)
            specs = (git_strarray){single, 1};
    }
    return git_remote_download(remote, &specs, options);
}

static int prepare(struct transfer *transfer, git_fetch_options *options,
                   git_remote_connect_options *connect)
{
    int status = git_fetch_options_init(options, GIT_FETCH_OPTIONS_VERSION);
    if (status == 0)
        status = git_remote_connect_options_init(connect, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
    options->callbacks.transfer_progress = on_progress;
    options->callbacks.credentials = on_credentials;
    options->callbacks.payload = transfer;
    options->download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options->proxy_opts.type = GIT_PROXY_AUTO;
    // A renamed repository redirects its first request; libgit2 lets no scheme be lowered.
    options->follow_redirects = GIT_REMOTE_REDIRECT_INITIAL;
    connect->callbacks = options->callbacks;
    connect->proxy_opts = options->proxy_opts;
    connect->follow_redirects = options->follow_redirects;
    return status;
}

static int fetch(git_remote *remote, const struct intake_source *source, const char *ref,
                 struct transfer *transfer, git_repository *repository,
                 struct intake_choice *choice, struct error *error)
{
    git_fetch_options options;
    git_remote_connect_options connect;
    if (prepare(transfer, &options, &connect) != 0)
        return error_set(error, ERROR_BUG, "libgit2 refuses its options");
    intake_channel_progress(transfer->channel, "connecting", 0, 0);
    int status = git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &connect);
    if (status != 0)
        return transfer_error(transfer, source->origin, status, error);
    struct intake_refs refs = {0};
    int result = read_refs(remote, &refs, error);
    if (result == 0)
        result = intake_refs_choose(&refs, ref, choice, error);
    if (result != 0)
        return result;
    status = download(remote, choice, &options);
    if (status != 0)
        return transfer_error(transfer, source->origin, status, error);
    (void)git_remote_disconnect(remote);
    git_odb *odb = NULL;
    status = git_repository_odb(&odb, repository);
    if (status != 0)
        return intake_git_error(error, status, "cannot open what was downloaded");
    return choice->is_commit ? intake_refs_expand(&refs, odb, choice, error) : 0;
}

int intake_remote_download(const struct intake_source *source, const char *ref,
                           const struct intake_limits *limits, const char *scratch,
                           struct intake_channel *channel, git_repository **repository, git_oid *id,
                           char name[512], struct error *error)
{
    git_remote *remote = NULL;
    int status = git_repository_init(repository, scratch, 1);
    if (status == 0)
        status = git_remote_create_anonymous(&remote, *repository, source->address);
    if (status != 0)
        return intake_git_error(error, status, "cannot prepare a repository");
    struct transfer transfer = {.limits = limits, .channel = channel};
    intake_credentials_init(&transfer.credentials, source);
    struct intake_choice choice;
    int result = fetch(remote, source, ref, &transfer, *repository, &choice, error);
    if (result != 0)
        return result;
    *id = choice.id;
    (void)snprintf(name, 512, "%s", choice.name);
    return 0;
}

#include "grader/intake/intake_source.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "grader/intake/intake_name.h"

static const struct scheme {
    const char *name;
    enum intake_source_kind kind;
} schemes[] = {
    {"https", INTAKE_SOURCE_HTTP}, {"http", INTAKE_SOURCE_HTTP},   {"ssh", INTAKE_SOURCE_SSH},
    {"git", INTAKE_SOURCE_GIT},    {"file", INTAKE_SOURCE_FOLDER},
};

static const char accepted[] =
    "accepted are https, http, ssh, git and file addresses, user@host:path, and a folder";

void intake_source_redact(char *message)
{
    char *place = message;
    while ((place = strstr(place, "://")) != NULL) {
        place += 3;
        size_t authority = strcspn(place, "/ '\"\\?#");
        char *at = memrchr(place, '@', authority);
        if (at != NULL)
            memmove(place, at + 1, strlen(at + 1) + 1);
    }
}

/* The refused text itself may hold a password, so it is redacted before it is quoted. */
static int refuse(struct error *error, const char *text, const char *reason)
{
    char shown[160];
    intake_escape(shown, sizeof shown, text, strlen(text));
    intake_source_redact(shown);
    return error_set(error, ERROR_USAGE, "'%s': %s", shown, reason);
}

/* Programs disagree where the host begins when a user name holds '@' or a backslash; ours and
 * libgit2's must not, for a token goes to that host. */
static bool user_is_valid(const char *user, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (strchr("@\\ ", user[i]) != NULL)
            return false;
    return true;
}

static bool host_is_valid(const char *host, size_t size)
{
    if (size == 0 || size >= INTAKE_HOST_MAX || host[0] == '-' || host[0] == '.')
        return false;
    bool bracketed = host[0] == '[' && host[size - 1] == ']';
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)host[i];
        bool edge = bracketed && (i == 0 || i == size - 1);
        if (!isalnum(c) && c != '-' && c != '.' && c != '_' && !(bracketed && c == ':') && !edge)
            return false;
    }
    return true;
}

static void keep_host(struct intake_source *source, const char *host, size_t size)
{
    for (size_t i = 0; i < size; i++)
        source->host[i] = (char)tolower((unsigned char)host[i]);
    source->host[size] = '\0';
}

/* Splits host[:port]; the port must be a number. */
static bool take_authority(struct intake_source *source, const char *host, size_t size)
{
    size_t host_size = size;
    const char *bracket = size > 0 && host[0] == '[' ? memchr(host, ']', size) : NULL;
    const char *from = bracket != NULL ? bracket : host;
    const char *colon = memchr(from, ':', size - (size_t)(from - host));
    if (colon != NULL) {
        host_size = (size_t)(colon - host);
        size_t digits = size - host_size - 1;
        if (digits == 0 || digits > 5 || strspn(colon + 1, "0123456789") < digits)
            return false;
    }
    if (!host_is_valid(host, host_size))
        return false;
    keep_host(source, host, host_size);
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* file:///a%20b: the path after an empty or local host, with percent signs decoded. */
static int take_file_url(const char *text, const char *rest, struct intake_source *source,
                         struct error *error)
{
    if (strncasecmp(rest, "localhost/", 10) == 0)
        rest += 9;
    if (rest[0] != '/')
        return refuse(error, text, "a file address is file:// and an absolute path");
    size_t used = 0;
    for (const char *p = rest; *p != '\0'; p++) {
        char c = *p;
        if (c == '%') {
            int high = hex_value(p[1]);
            int low = high < 0 ? -1 : hex_value(p[2]);
            if (low < 0 || high * 16 + low < 0x20)
                return refuse(error, text, "a percent sign is not followed by a valid code");
            c = (char)(high * 16 + low);
            p += 2;
        }
        source->address[used++] = c;
    }
    source->address[used] = '\0';
    source->kind = INTAKE_SOURCE_FOLDER;
    intake_escape(source->origin, sizeof source->origin, text, strlen(text));
    return 0;
}

static const struct scheme *find_scheme(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strlen(schemes[i].name) == size && strncasecmp(schemes[i].name, name, size) == 0)
            return &schemes[i];
    return NULL;
}

static int take_url(const char *text, const char *separator, struct intake_source *source,
                    struct error *error)
{
    const struct scheme *scheme = find_scheme(text, (size_t)(separator - text));
    if (scheme == NULL)
        return refuse(error, text, accepted);
    const char *rest = separator + 3;
    if (scheme->kind == INTAKE_SOURCE_FOLDER)
        return take_file_url(text, rest, source, error);

    size_t authority = strcspn(rest, "/?#");
    const char *at = memrchr(rest, '@', authority);
    const char *host = at == NULL ? rest : at + 1;
    if (rest[0] == '-' || (at != NULL && !user_is_valid(rest, (size_t)(at - rest))) ||
        !take_authority(source, host, authority - (size_t)(host - rest)))
        return refuse(error, text, "the address has no valid host name");
    if (rest[authority] != '/' || rest[authority + 1] == '\0' || rest[authority + 1] == '-')
        return refuse(error, text, "the address has no path after the host name");
    source->kind = scheme->kind;
    (void)snprintf(source->address, sizeof source->address, "%s://%s", scheme->name, rest);
    char origin[INTAKE_ADDRESS_MAX + 16];
    int length = snprintf(origin, sizeof origin, "%s://%s", scheme->name, host);
    size_t shown = strcspn(origin, "?#");
    intake_escape(source->origin, sizeof source->origin, origin,
                  shown < (size_t)length ? shown : (size_t)length);
    return 0;
}

/* user@host:path, as ssh and scp write it. */
static int take_scp(const char *text, const char *colon, struct intake_source *source,
                    struct error *error)
{
    const char *at = memchr(text, '@', (size_t)(colon - text));
    const char *host = at == NULL ? text : at + 1;
    if (find_scheme(text, (size_t)(colon - text)) != NULL)
        return refuse(error, text, "two slashes are missing after the colon");
    if (at == text || !host_is_valid(host, (size_t)(colon - host)))
        return refuse(error, text, accepted);
    if (colon[1] == '\0' || colon[1] == '-' || colon[1] == ':')
        return refuse(error, text, accepted);
    keep_host(source, host, (size_t)(colon - host));
    source->kind = INTAKE_SOURCE_SSH;
    (void)snprintf(source->address, sizeof source->address, "%s", text);
    intake_escape(source->origin, sizeof source->origin, host, strlen(host));
    return 0;
}

int intake_source_parse(const char *text, struct intake_source *source, struct error *error)
{
    memset(source, 0, sizeof *source);
    size_t size = text == NULL ? 0 : strlen(text);
    if (size == 0)
        return error_set(error, ERROR_USAGE, "no repository given: the address is empty");
    if (size >= INTAKE_ADDRESS_MAX - 16)
        return refuse(error, text, "the address is too long");
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return refuse(error, text, "the address contains a control character");
    if (text[0] == '-')
        return refuse(error, text, "an address cannot begin with '-' (write ./-name for a folder)");

    const char *separator = strstr(text, "://");
    const char *colon = strchr(text, ':');
    const char *slash = strchr(text, '/');
    if (separator != NULL && colon == separator)
        return take_url(text, separator, source, error);
    if (colon != NULL && (slash == NULL || colon < slash))
        return take_scp(text, colon, source, error);
    source->kind = INTAKE_SOURCE_FOLDER;
    memcpy(source->address, text, size + 1);
    intake_escape(source->origin, sizeof source->origin, text, size);
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "auth/auth.h"
#include "base/log.h"
#include "catalog/answers.h"
#include "catalog/catalog.h"
#include "catalog/userviews.h"
#include "cli/app_i.h"
#include "net/engine.h"
#include "net/recorder.h"
#include "net/url.h"
#include "query/engine.h"
#include "rest/client.h"
#include "store/changes.h"
#include "store/db.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CONNECT_TIMEOUT_MS 10000
#define SITE_MAX_BYTES (32u * 1024)

static int open_log(const struct config *c, struct err *err)
{
	const char *file = config_get(c, PROP_LOGFILE);
	int r = log_set_modules(config_get(c, PROP_LOG_MODULES), err);

	if (config_is_set(c, PROP_VERBOSITY))
		log_set_level((enum log_level)config_int(c, PROP_VERBOSITY));
	if (r || !file[0])
		return r;
	return log_set_file(file, (uint64_t)config_bytes(c, PROP_MAX_LOG_FILE_SIZE),
	                    config_int(c, PROP_MAX_LOG_FILE_COUNT), err);
}

static int open_auth(struct app *a, struct err *err)
{
	int r = signin_init(&a->signin, a->config, a->transport, err);

	return r ? r : auth_new(&a->signin.auth, &a->auth, err);
}

/* CacheLocation, or jsmfs in the user's cache directory; the file in it. */
static char *cache_file(const struct config *c)
{
	const char *dir = config_get(c, PROP_CACHE_LOCATION);
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (dir[0])
		return str_printf("%s/cache.db", dir);
	if (xdg && xdg[0] == '/')
		return str_printf("%s/jsmfs/cache.db", xdg);
	/* Without a home (a service, a chroot) the cache lives as long as the mount. */
	return home && home[0] == '/' ? str_printf("%s/.cache/jsmfs/cache.db", home)
	                              : NULL;
}

bool app_wants_first(const struct app *a)
{
	return span_ieq(span_of(config_get(a->config, PROP_SERVICE_DESK_ID)),
	                SPAN("first"));
}

/*
 * Absolute: a mount leaves the directory it was begun in.  The documented place lies
 * in the directory for configuration, which can be elsewhere.
 */
static char *location_of(const struct config *c)
{
	const char *dir = config_get(c, PROP_LOCATION), *xdg = getenv("XDG_CONFIG_HOME");
	cleanup_free_ char *here = NULL;

	if (!config_is_set(c, PROP_LOCATION) && xdg && xdg[0] == '/')
		return str_printf("%s/jsmfs/schema", xdg);
	if (!dir[0] || dir[0] == '/')
		return str_dup(dir);
	here = getcwd(NULL, 0);
	/* "~/…" without a home */
	return here && dir[0] != '~' ? str_printf("%s/%s", here, dir) : str_dup("");
}

/* What other processes change is not worth failing for. */
static int open_changes(struct app *a, const char *cache, struct err *err)
{
	cleanup_free_ char *file = cache ? str_printf("%s-changes", cache) : NULL;

	if (file && !changes_open(file, &a->changes, err))
		return 0;
	if (file)
		log_info(LOG_CLI, "what other processes change is not seen, ignoring: %s",
		         err ? err->msg : "");
	return changes_open(NULL, &a->changes, err);
}

/* The address in one spelling: what is kept of a site is kept under it. */
static char *site_of(const struct config *c)
{
	const char *text = config_get(c, PROP_URL);
	struct buf site = BUF_INIT(SITE_MAX_BYTES);
	struct url url = { 0 };

	if (!text[0] || url_parse(text, &url, NULL) < 0)
		return str_dup(text);
	url_print(&url, &site);
	url_clear(&url);
	return buf_take(&site);
}

/* A place that nobody asked for is not worth failing for. */
static int open_db(struct app *a, char **file, struct err *err)
{
	int r = db_open(*file, &a->db, err);

	if (!r || !*file || config_is_set(a->config, PROP_CACHE_LOCATION))
		return r;
	log_warn(LOG_CLI,
	         "nothing is kept for the next time: %s (CacheLocation can name "
	         "another directory)",
	         err ? err->msg : "the cache cannot be opened");
	free(*file);
	*file = NULL;
	return db_open(NULL, &a->db, err);
}

static int open_catalog(struct app *a, struct err *err)
{
	const struct config *c = a->config;
	cleanup_free_ char *location = location_of(c), *site = site_of(c);
	cleanup_free_ char *account = signin_account(c);
	const char *values[PROP_COUNT];
	struct catalog_config cfg = {
		.site = site,
		.account = account,
		.pseudo_columns = config_get(c, PROP_PSEUDO_COLUMNS),
		.desk = app_wants_first(a) ? "" : config_get(c, PROP_SERVICE_DESK_ID),
		.utc = config_utc(c),
		.location = location,
		.custom_fields = config_bool(c, PROP_INCLUDE_CUSTOM_FIELDS),
		.property_values = values
	};
	cleanup_free_ char *file = cache_file(c);
	int r = location && site && account ? open_db(a, &file, err) : err_nomem(err);

	if (!r)
		r = open_changes(a, file, err);
	cfg.changes = a->changes;
	for (size_t i = 0; i < PROP_COUNT; i++)
		values[i] = config_get(c, (enum property_id)i);
	if (!r)
		r = catalog_new(&cfg, a->db, &a->catalog, err);
	if (!r)
		r = answers_new(a->db, site, account,
		                config_get(c, PROP_REQUEST_LANGUAGE), &a->answers, err);
	return r;
}

static int open_client(struct app *a, struct err *err)
{
	const struct config *c = a->config;
	struct answer_cache cache = answers_cache(a->answers);
	struct client_config cfg = {
		.url = config_get(c, PROP_URL),
		.transport = a->transport,
		.auth = a->auth,
		.signin = &a->signin.auth,
		.language = config_get(c, PROP_REQUEST_LANGUAGE),
		.cache = &cache,
		.metadata_ttl_ms = config_int(c, PROP_METADATA_TTL) * 1000,
		.max_in_flight = (unsigned)config_int(c, PROP_MAX_CONNECTIONS),
	};

	return client_new(&cfg, &a->client, err);
}

/* UserDefinedViews, or a file in the user's configuration directory; NULL: nowhere. */
static char *views_file(const struct config *c)
{
	const char *file = config_get(c, PROP_USER_DEFINED_VIEWS);
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (file[0])
		return str_dup(file);
	if (xdg && xdg[0] == '/')
		return str_printf("%s/jsmfs/UserDefinedViews.json", xdg);
	return home && home[0] == '/'
	               ? str_printf("%s/.config/jsmfs/UserDefinedViews.json", home)
	               : NULL;
}

static int open_views(struct app *a, struct err *err)
{
	const char *schema = config_get(a->config, PROP_USER_VIEWS_SCHEMA_NAME);
	cleanup_free_ char *file = views_file(a->config);

	/* it stands in statements without quotes, and SQLite has these two itself */
	if (!userviews_is_name(span_of(schema)) || strchr("0123456789", schema[0]) ||
	    str_ieq(schema, "main") || str_ieq(schema, "temp"))
		return err_set(err, -EINVAL,
		               "UserViewsSchemaName: a schema cannot be called '%s'; a "
		               "name has letters, digits and _, and is not main or temp",
		               schema);
	int r = userviews_new(file, &a->views, err);
	return r ? r : catalog_check_shown(a->catalog, a->views, err);
}

static int open_engine(struct app *a, struct err *err)
{
	const struct config *c = a->config;
	long max_rows = config_int(c, PROP_MAX_ROWS);
	struct engine_config cfg = {
		.catalog = a->catalog,
		.client = a->client,
		.max_rows = max_rows > 0 ? (uint64_t)max_rows : 0,
		.scan_guard = (unsigned)config_int(c, PROP_SCAN_GUARD),
		.views = a->views,
		.views_schema = config_get(c, PROP_USER_VIEWS_SCHEMA_NAME),
	};

	return engine_new(&cfg, &a->engine, err);
}

static int open_recorder(struct app *a, struct err *err)
{
	const struct config *c = a->config;
	cleanup_free_ char *file = config_other_path(c, "RecordToFile");

	if (!file)
		return err_nomem(err);
	return recorder_new(a->transport, file,
	                    (uint64_t)config_bytes(c, PROP_MAX_LOG_FILE_SIZE),
	                    config_int(c, PROP_MAX_LOG_FILE_COUNT), &a->transport, err);
}

static int open_site(struct app *a, struct err *err)
{
	struct net_engine_config cfg = {
		.max_in_flight = (unsigned)config_int(a->config, PROP_MAX_CONNECTIONS),
		.connect_ms = CONNECT_TIMEOUT_MS,
		.user_agent = "jsmfs/" JSMFS_VERSION,
		.tls = &a->network.tls,
	};
	int r = network_init(&a->network, a->config, err);

	cfg.proxy = a->network.proxy;
	if (!r)
		r = net_engine_new(&cfg, &a->transport, err);
	if (!r)
		r = open_recorder(a, err);
	if (!r)
		r = open_auth(a, err);
	return r ? r : open_client(a, err);
}

int app_open(struct config *config, struct app **ret, struct err *err)
{
	cleanup_(app_closep) struct app *a = calloc(1, sizeof(*a));
	const char *site = config_get(config, PROP_URL);
	struct url url = { 0 };
	int r;

	if (!a)
		return err_nomem(err);
	a->config = config;
	r = site[0] ? url_parse(site, &url, err) : 0;
	url_clear(&url);
	if (!r)
		r = open_log(config, err);
	if (!r)
		r = open_catalog(a, err);
	if (!r && site[0])
		r = open_site(a, err);
	if (!r)
		r = open_views(a, err);
	if (!r)
		r = open_engine(a, err);
	if (r < 0) {
		a->config = NULL;
		return r == -EINVAL ? CONFIG_WRONG : r;
	}
	*ret = take_ptr(a);
	return 0;
}

void app_close(struct app *a)
{
	if (!a)
		return;
	refresher_free(a->refresher);
	engine_free(a->engine);
	userviews_free(a->views);
	client_free(a->client);
	answers_free(a->answers);
	catalog_free(a->catalog);
	changes_close(a->changes);
	db_close(a->db);
	auth_free(a->auth);
	signin_clear(&a->signin);
	transport_free(a->transport);
	network_clear(&a->network);
	config_free(a->config);
	free(a);
}

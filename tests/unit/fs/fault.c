/* SPDX-License-Identifier: MIT */
#include "fs/fault.h"

#include "base/log.h"
#include "json/jdoc.h"
#include "tap.h"

#include <errno.h>

static void test_line(void)
{
	struct faults *f = faults_new();
	struct buf line = BUF_INIT(65536), last = BUF_INIT(65536);
	struct jdoc *d = NULL;
	struct err err = { 0 };

	faults_last(f, &last);
	is_str(buf_str(&last), "", "nothing yet");
	err_set(&err, -EACCES, "no \"access\" to desk %d", 7);
	err.http = 403;
	memcpy(err.request_id, "abc", 4);
	faults_note(f, SPAN("Requests/a\"b"), &err, &line);
	is_int(jdoc_parse(buf_view(&line), &d, NULL), 0, "a line is JSON");
	ok(span_is(jnode_text(jnode_get(jdoc_root(d), "path")), "Requests/a\"b"), "path");
	ok(span_is(jnode_text(jnode_get(jdoc_root(d), "errno")), "EACCES"), "errno");
	ok(span_is(jnode_text(jnode_get(jdoc_root(d), "message")),
	           "no \"access\" to desk 7"),
	   "message");
	ok(span_is(jnode_text(jnode_get(jdoc_root(d), "request_id")), "abc"), "request");
	jdoc_free(d);
	faults_last(f, &last);
	is_str(buf_str(&last), buf_str(&line), "it is the last");
	buf_clear(&line);
	buf_clear(&last);
	faults_free(f);
}

static void test_ring(void)
{
	struct faults *f = faults_new();
	struct buf all = BUF_INIT(4u << 20);
	struct err err = { 0 };
	size_t n = 0;

	for (int i = 0; i < FAULT_RING + 10; i++) {
		err_set(&err, -EINVAL, "number %d.", i);
		faults_note(f, SPAN("x"), &err, NULL);
	}
	faults_print(f, &all);
	for (const char *p = buf_str(&all); (p = strchr(p, '\n')); p++)
		n++;
	is_int((long long)n, FAULT_RING, "the ring keeps so many");
	ok(!strstr(buf_str(&all), "number 9."), "the oldest are gone");
	ok(strstr(buf_str(&all), "number 10.") < strstr(buf_str(&all), "number 265."),
	   "the others stand in order");
	is_int((long long)faults_count(f), FAULT_RING + 10, "all were counted");
	buf_clear(&all);
	faults_free(f);
}

int main(void)
{
	log_set_level(LOG_ERR);
	test_line();
	test_ring();
	return done_testing();
}

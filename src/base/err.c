/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include "base/utf8_i.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What is formatted before it is cut: arguments may shrink when they are cleaned. */
#define RAW_BYTES 1600

/* Copies raw into msg: valid UTF-8, no control bytes, whole characters only. */
static void fill_msg(char *msg, size_t size, const char *raw)
{
	size_t n = strlen(raw), used = 0;

	for (size_t i = 0; i < n;) {
		uint32_t cp = 0;
		size_t len = utf8_decode(raw + i, n - i, &cp);
		bool whole = len && cp >= 0x20 && cp != 0x7f;
		if (used + (whole ? len : 1) >= size)
			break;
		if (whole) {
			memcpy(msg + used, raw + i, len);
			used += len;
		} else {
			msg[used++] = len ? ' ' : '?';
		}
		i += len ? len : 1;
	}
	msg[used] = '\0';
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
	char raw[RAW_BYTES];
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	int n = vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	*err = (struct err){ .code = code };
	fill_msg(err->msg, sizeof(err->msg), n < 0 ? fmt : raw);
	return code;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char raw[RAW_BYTES];
	va_list ap;

	if (!err)
		return -EIO;
	va_start(ap, fmt);
	int n = vsnprintf(raw, sizeof(raw) - sizeof(err->msg) - 2, fmt, ap);
	va_end(ap);
	if (n < 0)
		return err->code;
	size_t used = strlen(raw);
	snprintf(raw + used, sizeof(raw) - used, ": %s", err->msg);
	fill_msg(err->msg, sizeof(err->msg), raw);
	return err->code;
}

int err_nomem(struct err *err)
{
	return err_set(err, -ENOMEM, "out of memory");
}

#define NAME(e)                                                                          \
	{                                                                                \
		e, #e                                                                    \
	}

const char *err_name(int code)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		NAME(EINVAL),      NAME(ENOENT),       NAME(EKEYREJECTED),
		NAME(EKEYEXPIRED), NAME(ENOKEY),       NAME(EACCES),
		NAME(EOPNOTSUPP),  NAME(EBUSY),        NAME(EFBIG),
		NAME(EAGAIN),      NAME(EDQUOT),       NAME(EREMOTEIO),
		NAME(EBADMSG),     NAME(EHOSTUNREACH), NAME(ECONNREFUSED),
		NAME(EPROTO),      NAME(ETIMEDOUT),    NAME(EINTR),
		NAME(ENETDOWN),    NAME(EROFS),        NAME(EIO),
		NAME(ENOMEM),      NAME(EPERM),        NAME(EEXIST),
		NAME(ENOTDIR),     NAME(EISDIR),       NAME(ENOTEMPTY),
		NAME(ENOSPC),      NAME(ESPIPE),       NAME(EMFILE),
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (code == -names[i].number)
			return names[i].name;
	}
	const char *other = code < 0 ? strerrorname_np(-code) : NULL;
	return other ? other : "unknown errno";
}

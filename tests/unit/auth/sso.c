/* SPDX-License-Identifier: MIT */
/* What the schemes Crowd and OKTA take as properties, and what they refuse. */
#include "auth/okta.h"
#include "tap.h"

#include <errno.h>

static void test_properties(void)
{
	static const struct {
		const char *text;
		enum okta_mfa mfa;
		const char *code, *token;
		bool remembers;
	} good[] = {
		{ "", OKTA_MFA_NONE, "", "", true },
		{ ";;", OKTA_MFA_NONE, "", "", true },
		{ "MFAType=OktaVerify", OKTA_MFA_VERIFY, "", "", true },
		{ " mfatype = sms ; MFAPassCode = 123 456 ", OKTA_MFA_SMS, "123 456", "",
		  true },
		{ "MFAType=EMAIL;MFARememberDevice=false;APIToken=a=b=", OKTA_MFA_EMAIL,
		  "", "a=b=", false },
		{ "MFAPassCode=1;MFAPassCode=2", OKTA_MFA_NONE, "2", "", true },
		{ "MFAPassCode=", OKTA_MFA_NONE, "", "", true },
	};
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "MFAType=", "OktaVerify, Email, SMS" },
		{ "MFAType=Push", "OktaVerify, Email, SMS" },
		{ "MFARememberDevice=1", "True or False" },
		{ "Colour=hunter22", "MFARememberDevice" },
		{ "hunter22", "MFARememberDevice" },
		{ "APIToken=hunter22\n", "" },
		{ "MFAPassCode=a\tb", "control byte" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct okta o = { .remembers_device = true };

		is_int(okta_properties(span_of(good[i].text), &o, NULL), 0, "'%s'",
		       good[i].text);
		is_int(o.mfa, good[i].mfa, "its factor");
		ok(span_is(secret_reveal(o.pass_code), good[i].code), "its code");
		ok(span_is(secret_reveal(o.api_token), good[i].token), "its token");
		is_int(o.remembers_device, good[i].remembers, "and the device");
		secret_free(o.pass_code);
		secret_free(o.api_token);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct okta o = { 0 };
		struct err err = { 0 };
		int r = okta_properties(span_of(bad[i].text), &o, &err);

		/* White space at the end of a value is none of it. */
		is_int(r, *bad[i].says ? -EINVAL : 0, "properties %zu", i);
		ok(strstr(err.msg, bad[i].says), "say '%s'", err.msg);
		ok(!strstr(err.msg, "hunter22"), "and give nothing away");
		secret_free(o.pass_code);
		secret_free(o.api_token);
	}
}

static void test_schemes(void)
{
	cleanup_(secret_freep) struct secret *secret = secret_new(SPAN("hunter22"));
	const struct sso_config sso = { .login_url = "https://idp/crowd/x/sso.action",
		                        .exchange_url =
		                                "https://site/plugins/servlet/samlsso",
		                        .app_name = "app",
		                        .app_password = secret };
	/* Never called: nothing is asked for before a request is there. */
	struct transport nobody = { 0 };
	const struct auth_config whole = { .scheme = "Crowd",
		                           .site = "https://site",
		                           .transport = &nobody,
		                           .user = "ann",
		                           .password = secret,
		                           .sso = sso };
	struct auth_config c = whole;
	struct auth *a = NULL;
	struct err err = { 0 };

	is_int(auth_new(&c, &a, NULL), 0, "Crowd");
	is_str(a->scheme, "Crowd", "is its name");
	auth_free(a);
	c.scheme = "Auto";
	is_int(auth_new(&c, &a, NULL), 0, "Auto");
	is_str(a->scheme, "Crowd", "goes by the application");
	auth_free(a);
	c.sso.app_name = "";
	is_int(auth_new(&c, &a, NULL), 0, "without one");
	is_str(a->scheme, "OKTA", "it is Okta");
	auth_free(a);
	c.sso.login_url = "";
	is_int(auth_new(&c, &a, NULL), 0, "without a provider");
	is_str(a->scheme, "Basic", "a password");
	auth_free(a);
	c = whole;
	c.sso.login_url = "https://idp/crowded/";
	is_int(auth_new(&c, &a, &err), -EINVAL, "not the address of a Crowd");
	c.sso.login_url = "idp/crowd/";
	is_int(auth_new(&c, &a, &err), -EINVAL, "no address");
	c = whole;
	c.sso.properties = secret;
	is_int(auth_new(&c, &a, &err), -EINVAL, "SSOProperties are not for Crowd");
	c = whole;
	c.sso.app_name = "a:b";
	is_int(auth_new(&c, &a, &err), -EINVAL, "no colon in SSOAppName");
	ok(strstr(err.msg, "SSOAppName"), "which is named");
	c = whole;
	c.sso.exchange_url = NULL;
	is_int(auth_new(&c, &a, &err), -ENOKEY, "no exchange");
	ok(strstr(err.msg, "SSOExchangeUrl"), "is named");
}

int main(void)
{
	test_properties();
	test_schemes();
	return done_testing();
}

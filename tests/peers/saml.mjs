// SPDX-License-Identifier: MIT
/*
 * node saml.mjs PORT_FILE SITE USER:PASSWORD KEY CERTIFICATE: an identity provider that
 * signs its answers with samlp, behind the sign-in of a Crowd, and a site that checks the
 * signatures with xml-crypto before it gives a session.
 *
 * Calls with the session go on to SITE with Basic credentials.  GET /__answers tells what
 * the site got.
 */
import express from 'express';
import fs from 'node:fs';
import http from 'node:http';
import samlp from 'samlp';
import xmlCrypto from 'xml-crypto';
import xmldom from '@xmldom/xmldom';

const [, , portFile, site, basic, keyFile, certFile] = process.argv;
const key = fs.readFileSync(keyFile, 'utf8');
const cert = fs.readFileSync(certFile, 'utf8');
const answers = [];
const app = express();
let base;

function isSigned(xml) {
  const document = new xmldom.DOMParser().parseFromString(xml);
  const signatures = Array.from(document.getElementsByTagName('Signature'));

  return signatures.length > 0 && signatures.every((s) => {
    const check = new xmlCrypto.SignedXml();
    check.keyInfoProvider = { getKeyInfo: () => '', getKey: () => cert };
    check.loadSignature(s);
    return check.checkSignature(xml);
  });
}

function hasCookie(req, cookie) {
  return (req.headers.cookie || '').split('; ').includes(cookie);
}

// --- the provider
app.get('/crowd/rest/usermanagement/1/config/cookie', (req, res) =>
  res.json({ name: 'crowd.token_key', domain: '', secure: false }));
app.post('/crowd/rest/usermanagement/1/session', express.json(), (req, res) =>
  (req.body.password === 'pw-of-ann' ? res.status(201).json({ token: 'session-of-ann' })
    : res.status(400).json({ reason: 'INVALID_USER_AUTHENTICATION', message: 'no' })));
app.get('/crowd/saml/sso', (req, res, next) => {
  if (!hasCookie(req, 'crowd.token_key=session-of-ann'))
    return res.status(401).send('<title>Login</title>');
  req.user = { id: 'agent', displayName: 'Ann', emails: [{ value: 'a@b' }], name: { givenName: 'A', familyName: 'L' } };
  return samlp.auth({
    issuer: 'urn:test', cert, key, RelayState: '/secure?a=1&b="x"', signResponse: true,
    audience: `${base}/sp`, recipient: `${base}/sp`, destination: `${base}/sp`,
    getPostURL: (...args) => args.at(-1)(null, `${base}/sp`), getUserFromRequest: (r) => r.user,
  })(req, res, next);
});

// --- the site
app.post('/sp', express.urlencoded({ extended: false }), (req, res) => {
  const signed = isSigned(Buffer.from(req.body.SAMLResponse || '', 'base64').toString());
  answers.push({ signed, relay: req.body.RelayState });
  if (!signed)
    return res.status(403).send('<title>Refused</title>');
  res.setHeader('Set-Cookie', 'JSESSIONID=session-at-site; Path=/; HttpOnly');
  return res.redirect(302, '/secure');
});
app.get('/secure', (req, res) => res.send('<title>Dashboard</title>'));
app.get('/__answers', (req, res) => res.json(answers));
app.use('/rest', (req, res) => {
  if (!hasCookie(req, 'JSESSIONID=session-at-site'))
    return res.status(401).end();
  const headers = { ...req.headers, authorization: `Basic ${Buffer.from(basic).toString('base64')}` };
  delete headers.cookie;
  return req.pipe(http.request(site + req.originalUrl, { method: req.method, headers }, (reply) => {
    res.writeHead(reply.statusCode, reply.headers);
    reply.pipe(res);
  }));
});

const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  base = `http://127.0.0.1:${port}`;
  fs.writeFileSync(`${portFile}.new`, String(port));
  fs.renameSync(`${portFile}.new`, portFile);
});

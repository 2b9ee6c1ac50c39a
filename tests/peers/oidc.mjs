// SPDX-License-Identifier: MIT
/*
 * node oidc.mjs PORT_FILE SITE USER:PASSWORD LIFE AUTH: oidc-provider, a certified
 * authorization server, at Data Center's addresses in front of a simulated site.  PKCE
 * is asked for, refresh tokens rotate, and one that is used twice ends the consent.
 *
 * Calls with a good token go on to SITE with Basic credentials.  POST /__expire forgets
 * the access tokens, GET /__counts tells what was done.
 */
import fs from 'node:fs';
import http from 'node:http';
import Provider from 'oidc-provider';

const [, , portFile, site, basic, life, authMethod] = process.argv;
const counts = { refreshes: 0, revoked: 0, refused: [] };
const issued = [];
const server = http.createServer();

function makeProvider(base) {
  const provider = new Provider(base, {
    clients: [{
      client_id: 'app1', client_secret: 's3cret-of-app1', application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
      redirect_uris: ['http://localhost:33333'], token_endpoint_auth_method: authMethod,
    }],
    pkce: { required: () => true },
    scopes: ['READ', 'WRITE', 'offline_access'],
    ttl: { AccessToken: Number(life), AuthorizationCode: 60, RefreshToken: 86400, Grant: 86400,
      Interaction: 600, Session: 86400 },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    features: { devInteractions: { enabled: false } },
    findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    interactions: { url: (ctx, i) => `/interaction/${i.uid}` },
    routes: { authorization: '/rest/oauth2/latest/authorize', token: '/rest/oauth2/latest/token' },
    cookies: { keys: ['key of a test'] },
  });
  provider.on('grant.success', (ctx) => {
    if (ctx.oidc.params.grant_type === 'refresh_token') counts.refreshes++;
  });
  provider.on('grant.error', (ctx, e) => counts.refused.push(e.error));
  provider.on('grant.revoked', () => counts.revoked++);
  provider.on('access_token.saved', (t) => issued.push(t));
  provider.on('server_error', (ctx, e) => console.error(e));
  return provider;
}

/* Ann signs in and consents to whatever is asked. */
async function consent(provider, req, res) {
  const details = await provider.interactionDetails(req, res);
  if (details.prompt.name === 'login')
    return provider.interactionFinished(req, res, { login: { accountId: 'ann' } });
  const grant = new provider.Grant({ accountId: 'ann', clientId: 'app1' });
  grant.addOIDCScope(String(details.params.scope || ''));
  return provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } },
    { mergeWithLastSubmission: true });
}

async function passOn(provider, req, res) {
  const bearer = /^Bearer (.+)$/.exec(req.headers.authorization || '');
  if (!bearer || !(await provider.AccessToken.find(bearer[1]))) {
    res.writeHead(401, { 'WWW-Authenticate': 'Bearer' });
    res.end();
    return;
  }
  const authorization = 'Basic ' + Buffer.from(basic).toString('base64');
  req.pipe(http.request(site + req.url, { method: req.method, headers: { ...req.headers, authorization } },
    (reply) => {
      res.writeHead(reply.statusCode, reply.headers);
      reply.pipe(res);
    }));
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = makeProvider(`http://127.0.0.1:${port}`);
  const answer = provider.callback();

  server.on('request', async (req, res) => {
    try {
      if (req.url === '/__counts') {
        res.end(JSON.stringify(counts));
      } else if (req.url === '/__expire') {
        await Promise.all(issued.splice(0).map((t) => t.destroy()));
        res.end();
      } else if (req.url.startsWith('/interaction/')) {
        await consent(provider, req, res);
      } else if (req.url.startsWith('/rest/') && !req.url.startsWith('/rest/oauth2/')) {
        await passOn(provider, req, res);
      } else {
        await answer(req, res);
      }
    } catch (e) {
      console.error(e);
      res.writeHead(500);
      res.end();
    }
  });
  fs.writeFileSync(`${portFile}.new`, String(port));
  fs.renameSync(`${portFile}.new`, portFile);
});

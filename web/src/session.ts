/**
 * Who is signed in: the authorization code flow with PKCE on the user pool's own pages.
 *
 * Tokens are kept in memory only. What survives the way to the sign-in pages and back is the address of the page and the
 * PKCE verifier, in the tab's session storage.
 */

import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { SignedOut } from './api';

export interface Endpoints {
  authorization: string;
  token: string;
}

export interface SignInOptions {
  /** The issuer, whose discovery document lies below it, or the two endpoints themselves. */
  at: string | Endpoints;
  clientId: string;
  scope: string;
}

const STATE_PREFIX = 'booking.sign-in.';
const WAS_SIGNED_IN = 'booking.was-signed-in.';
const RENEW_SECONDS = 60;

const sessions = new Map<string, Session>();

/** One session for all elements of a page that sign in to the same client. */
export function sessionOf(options: SignInOptions): Session {
  const key = JSON.stringify(options);
  let session = sessions.get(key);
  if (!session) {
    session = new Session(options);
    sessions.set(key, session);
  }
  return session;
}

export class Session extends EventTarget {
  private readonly manager: UserManager;
  private readonly clientId: string;
  private renewal: Promise<unknown> | undefined;
  /** The sign-in pages sent the reader back without a token. */
  failed = false;
  /** Resolves when it is known whether somebody is signed in, and the address bar is as it was before. */
  readonly ready: Promise<void>;

  constructor({ at, clientId, scope }: SignInOptions) {
    super();
    this.clientId = clientId;
    const here = `${location.origin}${location.pathname}`;
    this.manager = new UserManager({
      ...(typeof at === 'string'
        ? { authority: at }
        : { authority: new URL(at.authorization).origin, metadata: { authorization_endpoint: at.authorization, token_endpoint: at.token } }),
      client_id: clientId,
      redirect_uri: here,
      post_logout_redirect_uri: here,
      scope,
      response_type: 'code',
      automaticSilentRenew: false,
      monitorSession: false,
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: STATE_PREFIX }),
    });
    this.ready = this.start();
  }

  signedIn = false;

  /** Whether somebody was signed in in this tab before, and has lost the token since, by a reload or because it expired. */
  get wasSignedIn(): boolean {
    return sessionStorage.getItem(WAS_SIGNED_IN + this.clientId) !== null;
  }

  private async start(): Promise<void> {
    const url = new URL(location.href);
    const state = url.searchParams.get('state');
    if (!state || sessionStorage.getItem(STATE_PREFIX + state) === null) return;
    try {
      const user = await this.manager.signinRedirectCallback();
      history.replaceState(history.state, '', (user.state as { url: string }).url);
      this.set(true);
    } catch {
      this.failed = true;
      for (const name of ['code', 'state', 'error', 'error_description']) url.searchParams.delete(name);
      history.replaceState(history.state, '', url);
    }
  }

  private set(signedIn: boolean): void {
    this.signedIn = signedIn;
    if (signedIn) sessionStorage.setItem(WAS_SIGNED_IN + this.clientId, 'yes');
    this.dispatchEvent(new Event('change'));
  }

  async signIn(): Promise<void> {
    await this.manager.signinRedirect({ state: { url: location.href } });
  }

  async signOut(): Promise<void> {
    sessionStorage.removeItem(WAS_SIGNED_IN + this.clientId);
    const url = await this.manager.metadataService.getEndSessionEndpoint().catch(() => undefined);
    await this.manager.removeUser();
    this.set(false);
    if (url) {
      const way = new URL(url);
      way.searchParams.set('client_id', this.clientId);
      way.searchParams.set('logout_uri', `${location.origin}${location.pathname}`);
      location.assign(way);
    }
  }

  /** A token that is good for a while yet. Throws SignedOut. */
  token = async (): Promise<string> => {
    let user = await this.manager.getUser();
    if (user?.refresh_token && (user.expires_in ?? 0) < RENEW_SECONDS) {
      this.renewal ??= this.manager.signinSilent().catch(() => null).finally(() => (this.renewal = undefined));
      await this.renewal;
      user = await this.manager.getUser();
    }
    if (!user || user.expired) throw new SignedOut();
    return user.access_token;
  };

  /** The API has refused the token. */
  async lose(): Promise<void> {
    await this.manager.removeUser();
    this.set(false);
  }

  /** The user name, which is the customer's id. */
  async username(): Promise<string> {
    const payload = (await this.token()).split('.')[1] ?? '';
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { username?: string; sub: string };
    return claims.username ?? claims.sub;
  }
}

/** Where to sign in, by the API's own description: what an element needs besides the API's address and a client id. */
export async function endpointsOf(api: string): Promise<Endpoints> {
  const description = (await (await fetch(`${api}/openapi.json`)).json()) as {
    components?: { securitySchemes?: Record<string, { flows?: { authorizationCode?: { authorizationUrl: string; tokenUrl: string } } }> };
  };
  const schemes = Object.values(description.components?.securitySchemes ?? {});
  const flow = schemes.find((scheme) => scheme.flows?.authorizationCode)?.flows?.authorizationCode;
  if (!flow) throw new Error('The API does not say where to sign in: set the attribute sign-in.');
  return { authorization: flow.authorizationUrl, token: flow.tokenUrl };
}

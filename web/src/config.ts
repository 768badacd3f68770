/** Where the pages find the API: /config.json, which belongs to the deployment. */
export interface Config {
  api: string;
  /** The user pool's issuer. */
  signIn: string;
  clientId: string;
  staffClientId?: string;
  /** Pages that only a developer's machine has, by what they are. */
  links?: { name: string; about: string; href: string }[];
  /** Shell lines that book a meeting; on a developer's machine only. */
  walkthrough?: string;
  /** Who can sign in; on a developer's machine only. */
  users?: { username: string; password: string; about: string }[];
}

export async function readConfig(): Promise<Config> {
  return (await (await fetch('/config.json')).json()) as Config;
}

import { shown } from './check.js';

/** Which pull request to analyse, by the names that the API has. */
export type AnalyzeRequest =
  | {
      /** The address of the pull request's page. */
      readonly url: string;
      /** A token of the provider's, for a private repository. */
      readonly access_token?: string | undefined;
    }
  | {
      /** Where the repository is hosted. */
      readonly provider: 'github' | 'gitlab' | 'bitbucket';
      /** The user, organisation or group that owns the repository. */
      readonly owner: string;
      /** The repository's name. */
      readonly repo: string;
      /** The pull request's number. */
      readonly pr_number: number;
      /** A token of the provider's, for a private repository. */
      readonly access_token?: string | undefined;
    };

/** A request as the native part takes it: an address, or JSON. */
export interface RequestText {
  readonly text: string;
  readonly isAddress: boolean;
}

/** What an object is that JSON has no form for. */
export const NO_JSON = 'an object that JSON cannot hold';

/** Whether something can be a request by its type; and if not, what it is. */
export function requestText(given: unknown): RequestText | string {
  if (typeof given === 'string') return { text: given, isAddress: true };
  if (given instanceof URL) return { text: given.href, isAddress: true };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return shown(given);
  // Its own `toJSON` may give nothing.
  const text = JSON.stringify(given) as string | undefined;
  return text === undefined ? NO_JSON : { text, isAddress: false };
}

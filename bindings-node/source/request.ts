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

/** Whether something can be a request by its type; and if not, what it is. */
export function requestText(given: unknown): RequestText | string {
  if (typeof given === 'string') return { text: given, isAddress: true };
  if (given instanceof URL) return { text: given.href, isAddress: true };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return shown(given);
  return { text: JSON.stringify(given), isAddress: false };
}

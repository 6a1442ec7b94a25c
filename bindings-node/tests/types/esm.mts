import { Axiomo, AxiomoError, type Signal } from 'axiomo';
import { MockServer } from 'axiomo/testing';

export async function level(client: Axiomo): Promise<Signal['risk']['level']> {
  return (await client.scan('x')).signal.risk.level;
}

export const classes = [Axiomo, AxiomoError, MockServer];

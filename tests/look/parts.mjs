// What npm brought: ATTAIN_LOOK names the folder that `scripts/setup.sh test` installed it into.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = process.env.ATTAIN_LOOK;
if (!root) throw new Error('ATTAIN_LOOK is not set: call scripts/look.sh');
const require = createRequire(join(root, 'package.json'));

export const pathOf = (name) => require.resolve(name);
export const part = (name) => import(pathToFileURL(pathOf(name)).href);

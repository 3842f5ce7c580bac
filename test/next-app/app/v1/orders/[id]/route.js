// A customer's route as the SDK's README has it, for test/next.test.ts.
import process from 'node:process';
import { createClient } from '../../../../../../sdk/src/index.ts';
import { withTidegate } from '../../../../../../sdk/src/next.ts';

const client = createClient({ url: process.env.TIDEGATE_URL, key: process.env.TIDEGATE_KEY });

export const GET = withTidegate(
  client,
  '/v1/orders/{id}',
  async (_request, { params }) => Response.json({ id: (await params).id }),
  { user: (request) => request.headers.get('x-user') },
);

/** For `drizzle-kit generate` only: it compares the schema files with the last migration's snapshot and writes the next one. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './server/storage/schema*.ts',
  out: './server/storage/migrations',
});

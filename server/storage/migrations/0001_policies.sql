CREATE TABLE "decided_requests" (
	"hour_at" bigint NOT NULL,
	"digest" text NOT NULL,
	"request" jsonb NOT NULL,
	"outcome" text NOT NULL,
	"policy_version" integer NOT NULL,
	"count" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	CONSTRAINT "decided_requests_hour_at_digest_pk" PRIMARY KEY("hour_at","digest")
);
--> statement-breakpoint
CREATE TABLE "invites" (
	"id" text PRIMARY KEY NOT NULL,
	"token_sha256" text NOT NULL,
	"role" text NOT NULL,
	"team" text NOT NULL,
	"clearance" integer NOT NULL,
	"note" text NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint,
	"used_by" text,
	"revoked_at" bigint,
	CONSTRAINT "invites_token_sha256_unique" UNIQUE("token_sha256")
);
--> statement-breakpoint
CREATE TABLE "policy_head" (
	"id" integer PRIMARY KEY NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policy_versions" (
	"version" integer PRIMARY KEY NOT NULL,
	"policies" jsonb NOT NULL,
	"comment" text NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL,
	"restores" integer
);
--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "role" text DEFAULT 'owner' NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "team" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "clearance" integer DEFAULT 3 NOT NULL;--> statement-breakpoint
CREATE INDEX "invites_expires" ON "invites" USING btree ("expires_at");--> statement-breakpoint
-- No version is published yet: the built-in policies hold.
INSERT INTO "policy_head" ("id", "version") VALUES (1, 0);

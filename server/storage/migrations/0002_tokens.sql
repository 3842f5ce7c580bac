CREATE TABLE "authorization_codes" (
	"code_sha256" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"caller_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"redirect_uri" text NOT NULL,
	"code_challenge" text NOT NULL,
	"dpop_jkt" text,
	"scope" text NOT NULL,
	"audience" text[] NOT NULL,
	"acr" text NOT NULL,
	"authenticated_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint,
	"reused_at" bigint,
	"family_id" text
);
--> statement-breakpoint
CREATE TABLE "caller_credentials" (
	"id" text PRIMARY KEY NOT NULL,
	"caller_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"backup_eligible" boolean NOT NULL,
	"backed_up" boolean NOT NULL,
	"aaguid" text NOT NULL,
	"rp_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"clone_suspected_at" bigint
);
--> statement-breakpoint
CREATE TABLE "caller_links" (
	"token_sha256" text PRIMARY KEY NOT NULL,
	"caller_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "callers" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"user_handle" "bytea" NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"disabled_at" bigint,
	CONSTRAINT "callers_user_handle_unique" UNIQUE("user_handle")
);
--> statement-breakpoint
CREATE TABLE "client_secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"prefix" text NOT NULL,
	"secret_sha256" text NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"last_used_at" bigint,
	"revoked_at" bigint,
	CONSTRAINT "client_secrets_secret_sha256_unique" UNIQUE("secret_sha256")
);
--> statement-breakpoint
CREATE TABLE "oauth_clients" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"redirect_uris" text[] NOT NULL,
	"audiences" text[] NOT NULL,
	"scopes" text[] NOT NULL,
	"bearer_allowed" boolean NOT NULL,
	"access_token_seconds" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"last_used_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
ALTER TABLE "token_families" RENAME COLUMN "operator_id" TO "subject_id";--> statement-breakpoint
ALTER TABLE "token_families" DROP CONSTRAINT "token_families_operator_id_operators_id_fk";
--> statement-breakpoint
DROP INDEX "token_families_operator";--> statement-breakpoint
ALTER TABLE "token_families" ALTER COLUMN "credential_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "token_families" ALTER COLUMN "jkt" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "client_id" text DEFAULT 'console' NOT NULL;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "audience" text[] DEFAULT '{"tidegate-console"}' NOT NULL;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "scope" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "acr" text;--> statement-breakpoint
ALTER TABLE "caller_credentials" ADD CONSTRAINT "caller_credentials_caller_id_callers_id_fk" FOREIGN KEY ("caller_id") REFERENCES "public"."callers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "caller_links" ADD CONSTRAINT "caller_links_caller_id_callers_id_fk" FOREIGN KEY ("caller_id") REFERENCES "public"."callers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_secrets" ADD CONSTRAINT "client_secrets_client_id_oauth_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."oauth_clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "authorization_codes_expires" ON "authorization_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "caller_credentials_caller" ON "caller_credentials" USING btree ("caller_id");--> statement-breakpoint
CREATE INDEX "caller_links_caller" ON "caller_links" USING btree ("caller_id");--> statement-breakpoint
CREATE INDEX "client_secrets_client" ON "client_secrets" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "token_families_subject" ON "token_families" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "token_families_client" ON "token_families" USING btree ("client_id");
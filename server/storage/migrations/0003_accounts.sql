CREATE TABLE "recovery_secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"secret_sha256" text NOT NULL,
	"kind" text NOT NULL,
	"operator_id" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint,
	"used_at" bigint,
	"family_id" text,
	"completed_at" bigint,
	CONSTRAINT "recovery_secrets_secret_sha256_unique" UNIQUE("secret_sha256"),
	CONSTRAINT "recovery_secrets_family_id_unique" UNIQUE("family_id")
);
--> statement-breakpoint
CREATE TABLE "token_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "token_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"family_id" text NOT NULL,
	"at" bigint NOT NULL,
	"kind" text NOT NULL,
	"seq" integer NOT NULL,
	"address" text,
	"reason" text
);
--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "policy_version" integer;--> statement-breakpoint
ALTER TABLE "audit_head" ADD COLUMN "dropped_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "device_id" text DEFAULT 'dev_' || md5(random()::text) NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "removed_at" bigint;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "last_address" text;--> statement-breakpoint
ALTER TABLE "recovery_secrets" ADD CONSTRAINT "recovery_secrets_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_events" ADD CONSTRAINT "token_events_family_id_token_families_id_fk" FOREIGN KEY ("family_id") REFERENCES "public"."token_families"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "recovery_secrets_operator" ON "recovery_secrets" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "token_events_family" ON "token_events" USING btree ("family_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor" ON "audit_entries" USING btree ("actor","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "audit_entries" USING btree ("action","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_target" ON "audit_entries" USING btree ("target","seq");--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_device_id_unique" UNIQUE("device_id");--> statement-breakpoint
-- Every change of a token family leaves its line, whoever makes it; the newest 200 of a family are kept.
CREATE FUNCTION "token_families_events"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "token_events" ("family_id", "at", "kind", "seq", "address")
      VALUES (NEW."id", NEW."created_at", 'issued', NEW."seq", NEW."address");
    RETURN NULL;
  END IF;
  IF NEW."seq" <> OLD."seq" THEN
    INSERT INTO "token_events" ("family_id", "at", "kind", "seq", "address")
      VALUES (NEW."id", NEW."last_used_at", 'rotated', NEW."seq", NEW."last_address");
    DELETE FROM "token_events" WHERE "family_id" = NEW."id" AND "id" <= (
      SELECT "id" FROM "token_events" WHERE "family_id" = NEW."id" ORDER BY "id" DESC OFFSET 200 LIMIT 1);
  END IF;
  IF NEW."status" = 'revoked' AND OLD."status" <> 'revoked' THEN
    INSERT INTO "token_events" ("family_id", "at", "kind", "seq", "reason")
      VALUES (NEW."id", NEW."revoked_at",
        CASE WHEN NEW."revoked_reason" IN ('reuse', 'code_reuse') THEN 'reused' ELSE 'revoked' END,
        NEW."seq", NEW."revoked_reason");
  END IF;
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE TRIGGER "token_families_events" AFTER INSERT OR UPDATE OF "seq", "status" ON "token_families"
  FOR EACH ROW EXECUTE FUNCTION "token_families_events"();

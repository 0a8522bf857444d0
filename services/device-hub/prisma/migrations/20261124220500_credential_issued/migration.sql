-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "credential_issued_at" TIMESTAMPTZ(3);

-- Whatever is known by now was given one: only devices that come from elsewhere later were not.
UPDATE "devices" SET "credential_issued_at" = "created_at";

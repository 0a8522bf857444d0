-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "layout" TEXT,
ADD COLUMN     "offered_at" TIMESTAMPTZ(3),
ADD COLUMN     "offered_state" TEXT,
ADD COLUMN     "offered_version" TEXT,
ADD COLUMN     "origin" TEXT,
ADD COLUMN     "rebind_until" TIMESTAMPTZ(3),
ADD COLUMN     "release_id" UUID,
ADD COLUMN     "settings" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "status" JSONB;

-- CreateTable
CREATE TABLE "commands" (
    "id" UUID NOT NULL,
    "device_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "command" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "session_id" UUID,
    "result" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "commands_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "firmware" (
    "id" UUID NOT NULL,
    "board_type" TEXT NOT NULL,
    "layout" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "chip" TEXT NOT NULL,
    "image_key" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "etag" TEXT NOT NULL,
    "notes" TEXT NOT NULL,
    "percent" INTEGER NOT NULL DEFAULT 0,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "firmware_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "commands_device_id_id_idx" ON "commands"("device_id", "id");

-- CreateIndex
CREATE INDEX "commands_state_expires_at_idx" ON "commands"("state", "expires_at");

-- CreateIndex
CREATE INDEX "firmware_board_type_layout_channel_idx" ON "firmware"("board_type", "layout", "channel");

-- CreateIndex
CREATE UNIQUE INDEX "firmware_board_type_layout_version_key" ON "firmware"("board_type", "layout", "version");

-- CreateIndex
CREATE INDEX "devices_release_id_idx" ON "devices"("release_id");

-- AddForeignKey
ALTER TABLE "commands" ADD CONSTRAINT "commands_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "devices"("id") ON DELETE CASCADE ON UPDATE CASCADE;

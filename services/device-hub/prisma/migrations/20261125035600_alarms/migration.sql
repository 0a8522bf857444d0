-- CreateTable
CREATE TABLE "alarms" (
    "id" UUID NOT NULL,
    "device_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "repeats" TEXT,
    "time_of_day" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "text" TEXT,
    "language" TEXT,
    "session_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alarms_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "alarms_device_id_due_at_idx" ON "alarms"("device_id", "due_at");

-- CreateIndex
CREATE INDEX "alarms_due_at_idx" ON "alarms"("due_at");

-- AddForeignKey
ALTER TABLE "alarms" ADD CONSTRAINT "alarms_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "devices"("id") ON DELETE CASCADE ON UPDATE CASCADE;

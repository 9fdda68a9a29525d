package dev.daybook.server.control;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.maintenance.Backup;
import dev.daybook.eventlog.maintenance.Manifest;
import dev.daybook.eventlog.maintenance.Progress;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;

/// `{"command": "backup", "target": PATH, "bytesPerSecond": N, "withDamage": false}`: makes a backup of the log that runs here.
public record BackupRequest(EventLog log) implements ControlSocket.Request {
  /// The request's name.
  public static final String NAME = "backup";

  /// As a client writes it.
  public static JsonObject of(Path target, long bytesPerSecond, Backup.OnDamage onDamage) {
    return new JsonObject()
        .put("command", NAME)
        .put("target", target.toAbsolutePath().toString())
        .put("bytesPerSecond", bytesPerSecond)
        .put("withDamage", onDamage == Backup.OnDamage.NOTE);
  }

  /// What is told of a backup.
  public static JsonObject summary(Manifest manifest) {
    return new JsonObject()
        .put("files", manifest.files().size())
        .put("bytes", manifest.bytes())
        .put("partitions", manifest.partitions().size())
        .put("sequence", manifest.sequence())
        .put("damages", manifest.damages().size());
  }

  @Override
  public JsonObject answer(JsonObject asked, ControlSocket.Passed passed) throws IOException {
    Progress limited = Progress.limitedTo(asked.getLong("bytesPerSecond"));
    Progress progress = limited.and(passed::bytes);
    Backup.OnDamage onDamage =
        asked.getBoolean("withDamage", false) ? Backup.OnDamage.NOTE : Backup.OnDamage.REFUSE;
    return summary(log.backUp(Path.of(asked.getString("target")), onDamage, progress));
  }
}

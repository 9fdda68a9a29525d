package dev.daybook.auditui.decode;

import dev.daybook.auditui.decode.Payload.SchemaName;
import java.util.Optional;
import org.apache.avro.Schema;

/// A schema as the registry knows it; only Avro's are parsed.
public record WriterSchema(int id, String type, Optional<Schema> avro) {
  SchemaName name() {
    return new SchemaName(id, type, avro.map(Schema::getFullName).orElse(""));
  }
}

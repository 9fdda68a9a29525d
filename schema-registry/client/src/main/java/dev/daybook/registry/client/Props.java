package dev.daybook.registry.client;

/// The properties by which an Avro schema remembers the Connect schema it came from, and the Connect parameters by
/// which a Connect schema remembers the Avro one. The `connect.*` names and the two marker names are Confluent's, so
/// that topics written through either converter read alike.
final class Props {
  static final String NAME = "connect.name";
  static final String VERSION = "connect.version";
  static final String DOC = "connect.doc";
  static final String PARAMETERS = "connect.parameters";
  static final String DEFAULT = "connect.default";
  static final String TYPE = "connect.type";
  static final String INTERNAL_TYPE = "connect.internal.type";
  static final String DECIMAL_PRECISION = "connect.decimal.precision";

  /// A field's name in Connect, where Avro does not allow it.
  static final String FIELD_NAME = "connect.field.name";

  static final String NAMESPACE = "io.confluent.connect.avro";
  static final String UNNAMED = "ConnectDefault";
  static final String MAP_ENTRY = "MapEntry";
  static final String UNION = NAMESPACE + ".Union";

  static final String ENUM_NAME = "avro.enum.name";
  static final String ENUM_SYMBOLS = "avro.enum.symbols";
  static final String ENUM_DEFAULT = "avro.enum.default";
  static final String FIXED_NAME = "avro.fixed.name";
  static final String FIXED_SIZE = "avro.fixed.size";

  private Props() {}
}

package dev.daybook.registry;

/// A request's answer that is not what was asked for, with the status and code Confluent's clients know. It is thrown
/// rather than returned because a request meets a dozen places that may refuse it and one that answers; it carries
/// no stack trace, for it is not a fault.
final class Refusal extends RuntimeException {
  static final int INVALID_SCHEMA = 42201;
  static final int TOO_LARGE = 42209;
  static final int LOADING = 50301;

  private final int status;
  private final int code;

  Refusal(int status, int code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }

  String reason() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  static Refusal subjectNotFound(String subject) {
    return new Refusal(404, 40401, "Subject '" + subject + "' not found.");
  }

  static Refusal versionNotFound(int version) {
    return new Refusal(404, 40402, "Version " + version + " not found.");
  }

  static Refusal schemaNotFound() {
    return new Refusal(404, 40403, "Schema not found");
  }

  static Refusal schemaNotFound(Object id) {
    return new Refusal(404, 40403, "Schema " + id + " not found");
  }

  static Refusal subjectAlreadyDeleted(String subject) {
    return new Refusal(
        404,
        40404,
        "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
  }

  static Refusal subjectNotDeletedFirst(String subject) {
    return new Refusal(
        404,
        40405,
        "Subject '" + subject + "' was not deleted first before being permanently deleted");
  }

  static Refusal versionAlreadyDeleted(String subject, int version) {
    return new Refusal(
        404,
        40406,
        "Subject '"
            + subject
            + "' Version "
            + version
            + " was soft deleted. Set permanent=true to delete permanently");
  }

  static Refusal versionNotDeletedFirst(String subject, int version) {
    return new Refusal(
        404,
        40407,
        "Subject '"
            + subject
            + "' Version "
            + version
            + " was not deleted first before being permanently deleted");
  }

  static Refusal noSubjectConfig(String subject) {
    return new Refusal(
        404,
        40408,
        "Subject '" + subject + "' does not have subject-level compatibility configured");
  }

  static Refusal noSubjectMode(String subject) {
    return new Refusal(
        404, 40409, "Subject '" + subject + "' does not have subject-level mode configured");
  }

  static Refusal invalidSchema(String reason) {
    return new Refusal(422, INVALID_SCHEMA, "Invalid schema: " + reason);
  }

  static Refusal invalidVersion(String version) {
    return new Refusal(
        422,
        42202,
        "The specified version '"
            + version
            + "' is not a valid version id. Allowed values are between [1, 2^31-1]"
            + " and the string \"latest\"");
  }

  static Refusal invalidLevel(String level) {
    return new Refusal(
        422,
        42203,
        "Invalid compatibility level '"
            + level
            + "'. Valid values are NONE, BACKWARD, FORWARD, FULL,"
            + " BACKWARD_TRANSITIVE, FORWARD_TRANSITIVE and FULL_TRANSITIVE");
  }

  static Refusal invalidMode(String mode) {
    return new Refusal(
        422,
        42204,
        "Invalid mode '"
            + mode
            + "'. Valid values are READWRITE, READONLY, READONLY_OVERRIDE and IMPORT");
  }

  static Refusal notPermitted(String reason) {
    return new Refusal(422, 42205, reason);
  }

  static Refusal referenced(String subject, int version) {
    return new Refusal(
        422,
        42206,
        "One or more references exist to the schema {subject="
            + subject
            + ",version="
            + version
            + "}");
  }

  static Refusal idDoesNotMatch(String reason) {
    return new Refusal(422, 42207, reason);
  }

  static Refusal invalidSubject(String subject) {
    return new Refusal(
        422, 42208, "The specified subject '" + subject + "' is not a valid subject");
  }

  static Refusal tooLarge(String reason) {
    return new Refusal(422, TOO_LARGE, "Schema is too large: " + reason);
  }

  static Refusal badRequest(String reason) {
    return new Refusal(400, 400, reason);
  }

  static Refusal unprocessable(String reason) {
    return new Refusal(422, 422, reason);
  }

  static Refusal storeFailed(String reason) {
    return new Refusal(500, 50001, "Error in the backend data store: " + reason);
  }

  static Refusal timedOut() {
    return new Refusal(
        500,
        50002,
        "The write was not confirmed in time. Whether it happened is open; sending it again is safe.");
  }

  static Refusal loading() {
    return new Refusal(
        503, LOADING, "The schema registry is still loading. Try again in a moment.");
  }
}

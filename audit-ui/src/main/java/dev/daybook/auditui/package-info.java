/// The page: topics, events and their schemas, read from any Kafka cluster and shown in a browser.
/// Start at [AuditUi]. It is an ordinary Kafka client (`log`), decodes what it reads (`decode`,
/// `value`), asks the registry and Connect (`upstream`) and answers over HTTP (`web`).
@NullMarked
package dev.daybook.auditui;

import org.jspecify.annotations.NullMarked;

/// A connector's configuration: which keys there are ([ConnectorKeys], [ConnectorDefs], [ConnectorDef]), whether values are
/// right and safe ([ConnectorValidator] asks [ClassKeys], [ClientOverrides], [UnsafeKeys] and the connector itself), what in
/// it is secret ([Secrets], [Redactor]), and references to values kept elsewhere ([References]).
@NullMarked
package dev.daybook.connect.config;

import org.jspecify.annotations.NullMarked;

/// Kafka Connect's REST API on a Vert.x router: [RestApi] lists the routes, [ConnectorRoutes] and [PluginRoutes] answer
/// them on virtual threads, [ConnectorJson] and [PluginJson] hold the shapes. Who listens, and the guard against foreign
/// hosts and origins, is the server's business.
@NullMarked
package dev.daybook.connect.rest;

import org.jspecify.annotations.NullMarked;

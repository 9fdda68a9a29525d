/// Props for the scenes: a worker with its REST API served over a real socket, a log to run on, and connectors written for
/// tests that note what the runtime does to them.
@NullMarked
package dev.daybook.connect.scene;

import org.jspecify.annotations.NullMarked;

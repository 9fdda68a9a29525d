/// Scenes of plug-ins and their loaders.
@NullMarked
package dev.daybook.connect.plugin;

import org.jspecify.annotations.NullMarked;

/// Finds plug-ins and keeps them apart. Reading order: [PluginKind], [Plugin], [PluginClassLoader],
/// [PluginScan], [Plugins]; [LoaderSwap] wraps every call that enters foreign code.
@NullMarked
package dev.daybook.connect.plugin;

import org.jspecify.annotations.NullMarked;

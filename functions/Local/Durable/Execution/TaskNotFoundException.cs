namespace Marquee.Local.Durable.Execution;

/// <summary>Nothing is registered under the name. Another attempt cannot help.</summary>
internal sealed class TaskNotFoundException(string message) : InvalidOperationException(message);

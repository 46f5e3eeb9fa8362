namespace Marquee.Local.Durable.History;

/// <summary>A failure as history keeps it.</summary>
/// <param name="Type">The exception's type.</param>
/// <param name="Message">The exception's message.</param>
/// <param name="Stack">Where it was thrown.</param>
/// <param name="Inner">What caused it.</param>
/// <param name="Final">Whether another attempt cannot help, as when no such activity is registered.</param>
internal sealed record StoredFailure(string Type, string Message, string? Stack = null, StoredFailure? Inner = null, bool Final = false)
{
    public static StoredFailure From(Exception exception) => From(TaskFailureDetails.FromException(exception));

    public static StoredFailure From(TaskFailureDetails details) =>
        new(details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure is { } inner ? From(inner) : null);

    public TaskFailureDetails ToDetails() => new(Type, Message, Stack, Inner?.ToDetails(), null);
}

namespace Marquee.Local.Durable;

/// <summary>A failure as it is stored and sent: text, never a live exception.</summary>
/// <param name="ErrorType">The namespace-qualified exception type.</param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="StackTrace">Where it was thrown, if known.</param>
/// <param name="InnerFailure">What caused it.</param>
/// <param name="Properties">Further facts about the failure.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    // An exception chain that is deeper than this says nothing more, and a cyclic one must not hang the recorder.
    private const int MaxDepth = 20;

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    /// <inheritdoc cref="IsCausedBy(Type)"/>
    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    /// <summary>
    /// Whether the failure was an exception of this type or of one derived from it. False when the exception's type cannot be loaded here.
    /// An inner failure does not count: ask <see cref="InnerFailure"/>.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="targetBaseExceptionType"/> is not an exception type.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException($"The type {targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));
        }

        return Load(ErrorType, targetBaseExceptionType) is { } thrown && targetBaseExceptionType.IsAssignableFrom(thrown);
    }

    /// <summary>The details of an exception and its inner ones.</summary>
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return FromException(exception, MaxDepth);
    }

    private static TaskFailureDetails FromException(Exception exception, int depth)
    {
        var inner = exception switch
        {
            TaskFailedException failed => failed.FailureDetails,
            { InnerException: { } cause } when depth > 1 => FromException(cause, depth - 1),
            _ => null,
        };
        return new TaskFailureDetails(exception.GetType().ToString(), exception.Message, exception.StackTrace, inner, null);
    }

    private static Type? Load(string typeName, Type target)
    {
        if (string.IsNullOrEmpty(typeName))
        {
            return null;
        }

        return Type.GetType(typeName, throwOnError: false)
            ?? target.Assembly.GetType(typeName, throwOnError: false)
            ?? AppDomain.CurrentDomain.GetAssemblies()
                .Select(assembly => assembly.GetType(typeName, throwOnError: false))
                .FirstOrDefault(type => type is not null);
    }
}

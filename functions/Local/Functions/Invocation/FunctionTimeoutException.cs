namespace Marquee.Local.Functions.Invocation;

/// <summary>An invocation ran longer than host.json's functionTimeout allows and was cancelled.</summary>
internal sealed class FunctionTimeoutException(string function, TimeSpan limit, Exception inner)
    : FunctionWorkerException($"The function '{function}' did not end within {limit}.", inner);

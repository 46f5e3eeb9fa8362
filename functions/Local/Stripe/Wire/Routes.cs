namespace Marquee.Local.Stripe.Wire;

/// <summary>Which handler answers which operation of the description.</summary>
internal sealed class Routes(OperationCatalog catalog)
{
    private readonly Dictionary<string, Func<Call, Answer>> _handlers = [];

    public Routes On(string operation, Func<Call, Answer> handler)
    {
        if (catalog.All.All(known => known.Name != operation))
            throw new InvalidOperationException($"{operation} is not an operation of the description.");
        _handlers.Add(operation, handler);
        return this;
    }

    public Func<Call, Answer> HandlerOf(Operation operation) =>
        _handlers.GetValueOrDefault(operation.Name) ?? throw new ApiError(501, "api_error", "not_in_stand_in",
            $"{operation.Name} is Stripe's, but not among the operations that this stand-in plays.") { BeforeExecution = true };

    public bool Plays(string operation) => _handlers.ContainsKey(operation);
}

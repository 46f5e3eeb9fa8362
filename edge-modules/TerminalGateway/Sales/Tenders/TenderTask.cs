namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>What is to be asked of the processor next for a sale; noted on disk before it is asked.</summary>
internal abstract record TenderTask(Sale Sale)
{
    /// <summary>Nothing: the sale is final, or waits for somebody.</summary>
    public sealed record None(Sale Sale) : TenderTask(Sale);

    /// <summary>Hold the money, or learn whether it is held.</summary>
    public sealed record Authorise(Sale Sale, Tender Tender) : TenderTask(Sale);

    public sealed record Capture(Sale Sale, Tender Tender) : TenderTask(Sale);

    /// <summary>Let go of what is held; of what is captured, give it back.</summary>
    public sealed record Release(Sale Sale, Tender Tender) : TenderTask(Sale);

    /// <summary>The capture window is over by the till's clock: learn what the processor has made of it.</summary>
    public sealed record LookUp(Sale Sale, Tender Tender) : TenderTask(Sale);
}

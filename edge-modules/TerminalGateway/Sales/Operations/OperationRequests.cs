using System.Globalization;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Sales.Operations;

/// <summary>
/// What a terminal wants done with a sale. <see cref="OperationId"/> is the terminal's own: the same request again gets the same answer,
/// another one under it is refused.
/// </summary>
/// <param name="OperationId">1 to 64 of A-Z a-z 0-9 . _ -, unique within the order.</param>
/// <param name="TerminalId">Who asks; not always who sold.</param>
internal abstract record OperationRequest(string OperationId, string TerminalId)
{
    public const long MaxMinorUnits = 1_000_000_000_000;

    /// <summary>The kind, as the register of operations has it.</summary>
    public abstract string Kind { get; }

    /// <summary>Null when the request has the right shape, else what is wrong with it.</summary>
    public virtual string? Problem() => this switch
    {
        _ when !SaleRequest.IsId(OperationId) => "operationId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !SaleRequest.IsId(TerminalId) => "terminalId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ => null,
    };

    public byte[] Hash() => RequestHash.Of([Kind, OperationId, TerminalId, .. Fields()]);

    protected abstract IEnumerable<string?> Fields();

    protected static string? LinesProblem(IReadOnlyList<OrderLine>? lines) => lines switch
    {
        null => null,
        { Count: 0 or > SaleRequest.MaxLines } => "lines must be 1 to 50",
        _ when lines.Any(l => l is null || !SaleRequest.IsId(l.Sku)) => "each line needs a sku",
        _ when lines.Any(l => l.Quantity is < 1 or > SaleRequest.MaxQuantityPerLine) => "each line needs a quantity of 1 to 10000",
        _ => null,
    };

    protected static IEnumerable<string?> Of(IReadOnlyList<OrderLine>? lines) =>
        lines is null ? [null] : [Text(lines.Count), .. lines.SelectMany(l => new[] { l.Sku, Text(l.Quantity) })];

    protected static string? Text(long? value) => value?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Takes a sale back before money is captured.</summary>
internal sealed record VoidRequest(string OperationId, string TerminalId) : OperationRequest(OperationId, TerminalId)
{
    public override string Kind => "void";

    protected override IEnumerable<string?> Fields() => [];
}

/// <summary>Changes the tip of a sale that is authorised.</summary>
internal sealed record TipRequest(string OperationId, string TerminalId, long TipMinorUnits) : OperationRequest(OperationId, TerminalId)
{
    public override string Kind => "tip";

    public override string? Problem() =>
        base.Problem() ?? (TipMinorUnits is < 0 or > SaleRequest.MaxTipMinorUnits ? "tipMinorUnits is out of range" : null);

    protected override IEnumerable<string?> Fields() => [Text(TipMinorUnits)];
}

/// <summary>
/// Captures what is held. <see cref="Lines"/>: what of the order is kept; all of it when left out. <see cref="TipMinorUnits"/>: the tip, as it
/// was when left out. What is captured is their sum, and what is held beyond it is let go of.
/// </summary>
internal sealed record CaptureRequest(string OperationId, string TerminalId, long? TipMinorUnits = null, IReadOnlyList<OrderLine>? Lines = null)
    : OperationRequest(OperationId, TerminalId)
{
    public override string Kind => "capture";

    public override string? Problem() =>
        base.Problem() ?? (TipMinorUnits is < 0 or > SaleRequest.MaxTipMinorUnits ? "tipMinorUnits is out of range" : LinesProblem(Lines));

    protected override IEnumerable<string?> Fields() => [Text(TipMinorUnits), .. Of(Lines)];
}

/// <summary>
/// Gives money back: all that is left when no amount and no lines are given; else the price of <see cref="Lines"/>, or
/// <see cref="AmountMinorUnits"/> of the goods' price, and <see cref="TipMinorUnits"/> of the tip beside it.
/// </summary>
/// <param name="OperationId">The terminal's own id of the refund.</param>
/// <param name="TerminalId">Who asks.</param>
/// <param name="AmountMinorUnits">Of the goods, tax included.</param>
/// <param name="TipMinorUnits">Of the tip.</param>
/// <param name="Lines">What is given back or need not be paid for.</param>
/// <param name="Restock">The lines (or, with no lines and no amount, everything) came back over the counter and are for sale again.</param>
/// <param name="Tender">Which payment, where the sale has several.</param>
internal sealed record RefundRequest(
    string OperationId,
    string TerminalId,
    long? AmountMinorUnits = null,
    long? TipMinorUnits = null,
    IReadOnlyList<OrderLine>? Lines = null,
    bool Restock = false,
    int? Tender = null) : OperationRequest(OperationId, TerminalId)
{
    public override string Kind => "refund";

    public bool IsWhole => AmountMinorUnits is null && TipMinorUnits is null && Lines is null;

    public override string? Problem() => base.Problem() ?? this switch
    {
        { AmountMinorUnits: < 0 or > MaxMinorUnits } => "amountMinorUnits is out of range",
        { TipMinorUnits: < 0 or > MaxMinorUnits } => "tipMinorUnits is out of range",
        { AmountMinorUnits: 0 or null, TipMinorUnits: 0, Lines: null } => "there is nothing to refund",
        { Restock: true, Lines: null } when !IsWhole => "restock needs the lines that came back",
        { Tender: < 1 } => "tenders count from 1",
        _ => LinesProblem(Lines),
    };

    protected override IEnumerable<string?> Fields() =>
        [Text(AmountMinorUnits), Text(TipMinorUnits), Restock ? "restock" : null, Text(Tender), .. Of(Lines)];
}

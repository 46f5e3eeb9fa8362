using System.Globalization;
using System.Text;
using Marquee.Domain;

namespace Marquee.TerminalGateway.Sales.Receipts;

/// <summary>A receipt for printers: 42 columns, the width of an 80 mm roll in its usual font.</summary>
internal static class ReceiptText
{
    public const int Columns = 42;

    private static readonly string Rule = new('-', Columns);

    public static string Of(ReceiptDocument receipt)
    {
        List<string> lines = [Centred(receipt.Title), Centred(Heading(receipt.Kind)), Rule];
        lines.Add(Row("No. " + receipt.Number, receipt.IssuedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + "Z"));
        if (receipt.Cites is { } original) lines.Add(Row("For receipt", original));
        lines.Add(Row("Order", receipt.OrderId));
        lines.Add(Row("Terminal", receipt.TerminalId));
        lines.Add(Rule);
        foreach (var line in receipt.Lines)
        {
            lines.Add(Row(FormattableString.Invariant($"{line.Quantity} x {line.Name}"), Amount(line.AmountMinorUnits, receipt)));
            if (line.Quantity > 1) lines.Add(Row("    each", Amount(line.UnitPriceMinorUnits, receipt)));
        }

        if (receipt.Lines.Count == 0) lines.Add(Row("Allowance", Amount(receipt.GoodsMinorUnits, receipt)));
        if (receipt.TipMinorUnits > 0) lines.Add(Row("Tip", Amount(receipt.TipMinorUnits, receipt)));
        lines.Add(Row("TOTAL " + receipt.Currency.Code, Amount(receipt.TotalMinorUnits, receipt)));
        foreach (var payment in receipt.Payments)
        {
            lines.Add(Row(payment.Card is { } card ? $"  {card.Brand} **** {card.Last4}" : "  " + payment.Means, Amount(payment.AmountMinorUnits, receipt)));
            if (payment.Card?.ApplicationId is { } chip) lines.Add(Printable($"  AID {chip} AUTH {payment.Card.AuthorisationCode}", Columns));
        }

        lines.Add(Rule);
        if (receipt.Taxes is null) lines.Add("VAT: see the invoice");
        foreach (var tax in receipt.Taxes ?? [])
        {
            var rate = (tax.BasisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture);
            lines.Add(Row($"VAT {rate} % of net {Amount(tax.NetMinorUnits, receipt)}", Amount(tax.TaxMinorUnits, receipt)));
        }

        if (receipt.Offline) lines.Add(Centred("OFFLINE, TO BE SETTLED"));
        return string.Join('\n', lines) + "\n";
    }

    private static string Heading(ReceiptKind kind) => kind switch
    {
        ReceiptKind.Sale => "Receipt",
        ReceiptKind.Void => "VOID: nothing is charged",
        ReceiptKind.Refund => "REFUND",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No heading for this kind."),
    };

    private static string Amount(long minorUnits, ReceiptDocument receipt) => new Money(minorUnits, receipt.Currency).ToString().Split(' ')[0];

    /// <summary>The left side gives way: an amount is never cut.</summary>
    private static string Row(string left, string right)
    {
        var room = Math.Max(0, Columns - right.Length - 1);
        return Printable(left, room).PadRight(room) + " " + right;
    }

    private static string Centred(string text)
    {
        var line = Printable(text, Columns);
        return new string(' ', (Columns - line.Length) / 2) + line;
    }

    // What a cloud or a terminal named must not speak to the printer: escape sequences open drawers and cut paper.
    private static string Printable(string text, int room)
    {
        var printable = new StringBuilder(Math.Min(text.Length, room));
        foreach (var c in text.Take(room)) printable.Append(char.IsControl(c) ? '?' : c);
        return printable.ToString();
    }
}

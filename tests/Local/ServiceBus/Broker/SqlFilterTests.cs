using Marquee.Local.ServiceBus.Broker.Filters;

namespace Marquee.Local.ServiceBus.Tests.Broker;

public sealed class SqlFilterTests
{
    private static readonly MessageView Sale = new()
    {
        Subject = "sale-online",
        MessageId = "m-1",
        SessionId = "berlin",
        Properties = new Dictionary<string, object?>
        {
            ["amount"] = 42, ["price"] = 9.5, ["pop"] = "berlin", ["rush"] = true, ["note"] = "100% wool_blend", ["nothing"] = null,
            ["odd name"] = "x", ["order"] = 7L,
        },
    };

    [Theory]
    [InlineData("amount = 42")]
    [InlineData("amount <> 41 AND amount != 41")]
    [InlineData("amount > 41 AND amount >= 42 AND amount < 43 AND amount <= 42")]
    [InlineData("AMOUNT = 42 and USER.Amount = 42")]
    [InlineData("price = 9.5 AND price < 10")]
    [InlineData("pop = 'berlin' OR 1 = 0")]
    [InlineData("NOT pop = 'lisbon'")]
    [InlineData("not not pop = 'berlin'")]
    [InlineData("rush = TRUE AND rush")]
    [InlineData("sys.Label LIKE 'sale%' AND sys.MessageId = 'm-1'")]
    [InlineData("sys.SessionId IN ('lisbon', 'berlin')")]
    [InlineData("pop NOT IN ('lisbon', 'porto')")]
    [InlineData("pop LIKE 'b_rl_n' AND pop NOT LIKE 'l%'")]
    [InlineData("note LIKE '100!% wool!_%' ESCAPE '!'")]
    [InlineData("missing IS NULL AND amount IS NOT NULL AND nothing IS NULL")]
    [InlineData("EXISTS(amount) AND NOT EXISTS(missing) AND EXISTS(nothing)")]
    [InlineData("amount + 8 = 50 AND amount - 2 = 40 AND amount * 2 = 84 AND amount / 5 = 8 AND amount % 5 = 2")]
    [InlineData("amount - 2 * 20 = 2 AND (amount - 2) * 2 = 80 AND -amount = -42")]
    [InlineData("[odd name] = 'x' AND \"odd name\" = 'x'")]
    [InlineData("amount = 0x2A AND price = 95e-1")]
    [InlineData("pop = 'ber' + 'lin'")]
    [InlineData("order = 7")]
    [InlineData("missing = 1 OR amount = 42")]
    public void A_message_passes(string filter) => Assert.True(new SqlFilter(filter).Matches(Sale));

    [Theory]
    [InlineData("amount = 43")]
    [InlineData("amount = '42'")]
    [InlineData("pop = 'Berlin'")]
    [InlineData("missing = 1")]
    [InlineData("NOT missing = 1")]
    [InlineData("missing <> 1")]
    [InlineData("missing NOT IN (1, 2)")]
    [InlineData("missing LIKE '%'")]
    [InlineData("amount = 42 AND missing = 1")]
    [InlineData("nothing = NULL")]
    [InlineData("pop LIKE 'berli'")]
    [InlineData("1 = 0")]
    public void A_message_does_not_pass(string filter) => Assert.False(new SqlFilter(filter).Matches(Sale));

    [Theory]
    [InlineData("amount / 0 = 1")]
    [InlineData("pop * 2 = 4")]
    [InlineData("amount AND 1 = 1")]
    [InlineData("amount LIKE '4%'")]
    public void What_cannot_be_computed_is_said(string filter) =>
        Assert.Throws<FilterEvaluationException>(() => new SqlFilter(filter).Matches(Sale));

    [Theory]
    [InlineData("", "at 0")]
    [InlineData("amount =", "at 8")]
    [InlineData("amount = 1 AND", "at 14")]
    [InlineData("(amount = 1", "')'")]
    [InlineData("amount = 'open", "does not end")]
    [InlineData("sys.Price = 1", "not a system property")]
    [InlineData("other.amount = 1", "sys. or user.")]
    [InlineData("amount IS 1", "NULL")]
    [InlineData("amount NOT 1", "IN or LIKE")]
    [InlineData("amount ; 1", "no meaning")]
    [InlineData("amount = 1 extra", "AND, OR or the end")]
    public void A_wrong_filter_is_refused_with_the_place(string filter, string expected) =>
        Assert.Contains(expected, Assert.Throws<SqlSyntaxException>(() => new SqlFilter(filter)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_filter_has_bounds()
    {
        Assert.Throws<SqlSyntaxException>(() => new SqlFilter($"pop = '{new string('x', 2000)}'"));
        Assert.Throws<SqlSyntaxException>(() => new SqlFilter(new string('(', 400) + "1" + new string(')', 400)));
    }

    [Fact]
    public void A_correlation_filter_wants_all_its_properties()
    {
        var filter = new CorrelationFilter { Subject = "sale-online", Properties = new Dictionary<string, object> { ["pop"] = "berlin", ["amount"] = 42L } };
        Assert.True(filter.Matches(Sale));
        Assert.False(filter.Matches(Sale with { Subject = "refund" }));
        Assert.False((filter with { Properties = new Dictionary<string, object> { ["pop"] = "Berlin" } }).Matches(Sale));
        Assert.False((filter with { Properties = new Dictionary<string, object> { ["absent"] = "x" } }).Matches(Sale));
    }
}

namespace Marquee.Local.ServiceBus.Broker.Filters;

/// <summary>
/// Parses the condition language of Service Bus SQL filters: comparisons, AND, OR, NOT, IN, LIKE with ESCAPE, IS NULL, EXISTS,
/// arithmetic, sys. and user. properties, and literals. Functions (newid, property) are not offered.
/// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-messaging-sql-filter
/// </summary>
internal sealed class SqlParser
{
    /// <summary>Deeper nesting is refused, so that evaluation cannot exhaust the stack.</summary>
    public const int MaxDepth = 64;

    private static readonly string[] Reserved = ["and", "or", "not", "in", "like", "is", "null", "exists", "escape", "true", "false"];
    private static readonly string[] Comparisons = ["=", "<>", "!=", "<", "<=", ">", ">="];

    private readonly List<SqlToken> _tokens;
    private int _at;
    private int _depth;

    private SqlParser(List<SqlToken> tokens) => _tokens = tokens;

    private SqlToken Current => _tokens[_at];

    /// <exception cref="SqlSyntaxException">Says what was expected and where.</exception>
    public static SqlExpression Parse(string text)
    {
        var parser = new SqlParser(SqlLexer.Read(text));
        var condition = parser.Or();
        return parser.Current.Kind == SqlTokenKind.End ? condition : throw parser.Expected("AND, OR or the end");
    }

    private SqlExpression Or()
    {
        if (++_depth > MaxDepth)
            throw new SqlSyntaxException($"The filter nests deeper than {MaxDepth}.");
        var left = And();
        while (TakeWord("or"))
            left = new SqlOr(left, And());
        _depth--;
        return left;
    }

    private SqlExpression And()
    {
        var left = Not();
        while (TakeWord("and"))
            left = new SqlAnd(left, Not());
        return left;
    }

    private SqlExpression Not()
    {
        var negations = 0;
        while (TakeWord("not"))
            negations++;
        var operand = Predicate();
        return negations switch { 0 => operand, _ when negations % 2 == 1 => new SqlNot(operand), _ => new SqlNot(new SqlNot(operand)) };
    }

    private SqlExpression Predicate()
    {
        var left = Sum();
        if (Current.Kind == SqlTokenKind.Symbol && Comparisons.Contains(Current.Text))
        {
            var operation = Take().Text;
            return new SqlComparison(operation, left, Sum());
        }

        if (TakeWord("is"))
        {
            var negatedNull = TakeWord("not");
            ExpectWord("null");
            return new SqlIsNull(left, negatedNull);
        }

        var negated = TakeWord("not");
        if (TakeWord("in"))
            return new SqlIn(left, Choices(), negated);
        if (TakeWord("like"))
        {
            var pattern = Sum();
            return new SqlLike(left, pattern, TakeWord("escape") ? Sum() : null, negated);
        }

        return negated ? throw Expected("IN or LIKE") : left;
    }

    private List<SqlExpression> Choices()
    {
        ExpectSymbol("(");
        var choices = new List<SqlExpression> { Sum() };
        while (TakeSymbol(","))
            choices.Add(Sum());
        ExpectSymbol(")");
        return choices;
    }

    private SqlExpression Sum()
    {
        var left = Product();
        while (Current.IsSymbol("+") || Current.IsSymbol("-"))
            left = new SqlArithmetic(Take().Text, left, Product());
        return left;
    }

    private SqlExpression Product()
    {
        var left = Signed();
        while (Current.IsSymbol("*") || Current.IsSymbol("/") || Current.IsSymbol("%"))
            left = new SqlArithmetic(Take().Text, left, Signed());
        return left;
    }

    private SqlExpression Signed()
    {
        var negative = false;
        while (Current.IsSymbol("-") || Current.IsSymbol("+"))
            negative ^= Take().Text == "-";
        var operand = Primary();
        return negative ? new SqlNegation(operand) : operand;
    }

    private SqlExpression Primary()
    {
        if (Current.Kind is SqlTokenKind.Number or SqlTokenKind.Text)
            return new SqlLiteral(Take().Value);
        if (TakeWord("true"))
            return new SqlLiteral(true);
        if (TakeWord("false"))
            return new SqlLiteral(false);
        if (TakeWord("null"))
            return new SqlLiteral(null);
        if (TakeWord("exists"))
        {
            ExpectSymbol("(");
            var property = Property();
            ExpectSymbol(")");
            return new SqlExists(property);
        }

        if (TakeSymbol("("))
        {
            var inner = Or();
            ExpectSymbol(")");
            return inner;
        }

        return Property();
    }

    private SqlProperty Property()
    {
        var first = Name();
        if (!TakeSymbol("."))
            return new SqlProperty(IsSystem: false, first.Text);
        var scoped = Name();
        if (first.IsWord("sys"))
        {
            return new Filters.MessageView().TrySystem(scoped.Text, out _)
                ? new SqlProperty(IsSystem: true, scoped.Text)
                : throw new SqlSyntaxException($"sys.{scoped.Text} at {scoped.Position} is not a system property.");
        }

        return first.IsWord("user") ? new SqlProperty(IsSystem: false, scoped.Text) : throw new SqlSyntaxException($"'{first.Text}.' at {first.Position} must be sys. or user.");
    }

    private SqlToken Name() =>
        Current.Kind == SqlTokenKind.Quoted
        || (Current.Kind == SqlTokenKind.Word && !Reserved.Contains(Current.Text, StringComparer.OrdinalIgnoreCase))
            ? Take()
            : throw Expected("a property or a value");

    private SqlToken Take() => _tokens[_at++];

    private bool TakeWord(string word) => Current.IsWord(word) && Take().Kind == SqlTokenKind.Word;

    private bool TakeSymbol(string symbol) => Current.IsSymbol(symbol) && Take().Kind == SqlTokenKind.Symbol;

    private void ExpectWord(string word)
    {
        if (!TakeWord(word))
            throw Expected(word.ToUpperInvariant());
    }

    private void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw Expected($"'{symbol}'");
    }

    private SqlSyntaxException Expected(string what) => new($"Expected {what} at {Current.Position}, found '{Current.Text}'.");
}

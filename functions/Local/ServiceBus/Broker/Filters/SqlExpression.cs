namespace Marquee.Local.ServiceBus.Broker.Filters;

/// <summary>A node of a parsed filter. The value of a condition is true, false or (unknown) null, as in SQL.</summary>
internal abstract record SqlExpression
{
    /// <exception cref="FilterEvaluationException">The values cannot be computed with.</exception>
    public abstract object? Evaluate(MessageView message);

    protected static bool? Truth(object? value) => value switch
    {
        null => null,
        bool truth => truth,
        _ => throw new FilterEvaluationException($"A {value.GetType().Name} stands where true or false is needed."),
    };
}

internal sealed record SqlLiteral(object? Value) : SqlExpression
{
    public override object? Evaluate(MessageView message) => Value;
}

/// <summary>A property: <c>sys.</c> names the system's, <c>user.</c> or nothing the application's.</summary>
internal sealed record SqlProperty(bool IsSystem, string Name) : SqlExpression
{
    public override object? Evaluate(MessageView message) => TryRead(message, out var value) ? value : null;

    public bool TryRead(MessageView message, out object? value)
    {
        if (IsSystem)
            return message.TrySystem(Name, out value);
        if (message.Properties.TryGetValue(Name, out value))
            return true;
        // Names are compared without case; an exact hit above is only the quick way.
        foreach (var (name, candidate) in message.Properties)
        {
            if (string.Equals(name, Name, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        return false;
    }
}

internal sealed record SqlExists(SqlProperty Property) : SqlExpression
{
    public override object? Evaluate(MessageView message) => Property.TryRead(message, out var value) && (!Property.IsSystem || value is not null);
}

internal sealed record SqlArithmetic(string Operation, SqlExpression Left, SqlExpression Right) : SqlExpression
{
    public override object? Evaluate(MessageView message) => SqlValue.Calculate(Operation, Left.Evaluate(message), Right.Evaluate(message));
}

internal sealed record SqlNegation(SqlExpression Operand) : SqlExpression
{
    public override object? Evaluate(MessageView message) => SqlValue.Negate(Operand.Evaluate(message));
}

internal sealed record SqlComparison(string Operation, SqlExpression Left, SqlExpression Right) : SqlExpression
{
    public override object? Evaluate(MessageView message) => SqlValue.Compare(Left.Evaluate(message), Right.Evaluate(message)) is not { } order
        ? null
        : Operation switch
        {
            "=" => order == 0,
            "<>" or "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
}

internal sealed record SqlAnd(SqlExpression Left, SqlExpression Right) : SqlExpression
{
    public override object? Evaluate(MessageView message)
    {
        var left = Truth(Left.Evaluate(message));
        if (left is false)
            return false;
        return left & Truth(Right.Evaluate(message));
    }
}

internal sealed record SqlOr(SqlExpression Left, SqlExpression Right) : SqlExpression
{
    public override object? Evaluate(MessageView message)
    {
        var left = Truth(Left.Evaluate(message));
        if (left is true)
            return true;
        return left | Truth(Right.Evaluate(message));
    }
}

internal sealed record SqlNot(SqlExpression Operand) : SqlExpression
{
    public override object? Evaluate(MessageView message) => !Truth(Operand.Evaluate(message));
}

internal sealed record SqlIsNull(SqlExpression Operand, bool Negated) : SqlExpression
{
    public override object? Evaluate(MessageView message) => Operand.Evaluate(message) is null != Negated;
}

internal sealed record SqlIn(SqlExpression Operand, IReadOnlyList<SqlExpression> Choices, bool Negated) : SqlExpression
{
    public override object? Evaluate(MessageView message)
    {
        var value = Operand.Evaluate(message);
        if (value is null)
            return null;
        bool? found = false;
        foreach (var choice in Choices)
        {
            var candidate = choice.Evaluate(message);
            found |= candidate is null ? null : SqlValue.Compare(value, candidate) == 0;
        }

        return Negated ? !found : found;
    }
}

internal sealed record SqlLike(SqlExpression Operand, SqlExpression Pattern, SqlExpression? Escape, bool Negated) : SqlExpression
{
    public override object? Evaluate(MessageView message)
    {
        var escape = Escape?.Evaluate(message) switch
        {
            null when Escape is null => (char?)null,
            string { Length: 1 } one => one[0],
            _ => throw new FilterEvaluationException("LIKE's escape must be one character."),
        };
        return (Operand.Evaluate(message), Pattern.Evaluate(message)) switch
        {
            (string text, string pattern) => Matches(text, 0, pattern, 0, escape) != Negated,
            (null, _) or (_, null) => null,
            _ => throw new FilterEvaluationException("LIKE needs strings."),
        };
    }

    // % is any run, _ any one character, the escape makes the next one plain. The pattern is at most a filter long.
    private static bool Matches(ReadOnlySpan<char> text, int t, ReadOnlySpan<char> pattern, int p, char? escape)
    {
        int retryText = -1, retryPattern = -1;
        while (true)
        {
            if (p == pattern.Length && t == text.Length)
                return true;
            if (p < pattern.Length && pattern[p] == '%' && escape != '%')
            {
                retryPattern = ++p;
                retryText = t;
                continue;
            }

            var literal = p < pattern.Length && pattern[p] == escape && p + 1 < pattern.Length ? 1 : 0;
            var fits = p < pattern.Length && t < text.Length
                && (literal == 0 && pattern[p] == '_' || pattern[p + literal] == text[t]);
            if (fits)
            {
                p += literal + 1;
                t++;
            }
            else if (retryPattern >= 0 && retryText < text.Length)
            {
                p = retryPattern;
                t = ++retryText;
            }
            else
            {
                return false;
            }
        }
    }
}

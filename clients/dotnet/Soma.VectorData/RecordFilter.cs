using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Soma.VectorData;

/// <summary>Reads a filter of records as a filter of Soma. Nothing is compiled, so it works ahead of time too.</summary>
internal sealed class RecordFilter(RecordMap map)
{
    public JsonObject Translate(LambdaExpression filter) => Translate(filter.Body);

    /// <summary>The name of the property that the expression selects.</summary>
    public string PropertyOf(LambdaExpression selector) =>
        NameIn(selector.Body) is { } name && map.FieldOf(name) is not null ? name : throw Unsupported(selector.Body);

    private JsonObject Translate(Expression expression) => expression switch
    {
        BinaryExpression { NodeType: ExpressionType.AndAlso } and => new() { ["$and"] = new JsonArray(Translate(and.Left), Translate(and.Right)) },
        BinaryExpression { NodeType: ExpressionType.OrElse } or => new() { ["$or"] = new JsonArray(Translate(or.Left), Translate(or.Right)) },
        UnaryExpression { NodeType: ExpressionType.Not } not => new() { ["$not"] = Translate(not.Operand) },
        BinaryExpression comparison when FieldIn(comparison.Left) is { } field => Compare(field, comparison.NodeType, comparison.Right),
        BinaryExpression comparison when FieldIn(comparison.Right) is { } field => Compare(field, Mirrored(comparison.NodeType), comparison.Left),
        MethodCallExpression { Method.Name: "Contains", Arguments.Count: var count } call when count == (call.Object is null ? 2 : 1) => Contains(call),
        _ when expression.Type == typeof(bool) && FieldIn(expression) is { } field => new() { [field] = true },
        _ => throw Unsupported(expression),
    };

    private static JsonObject Compare(string field, ExpressionType operation, Expression operand)
    {
        var value = RecordMap.NodeOf(ValueOf(operand));
        return (operation, value) switch
        {
            (ExpressionType.Equal, null) => Condition(field, "$exists", false),
            (ExpressionType.NotEqual, null) => Condition(field, "$exists", true),
            (ExpressionType.Equal, _) => Condition(field, "$eq", value),
            (ExpressionType.NotEqual, _) => Condition(field, "$ne", value),
            (ExpressionType.GreaterThan, _) => Condition(field, "$gt", value),
            (ExpressionType.GreaterThanOrEqual, _) => Condition(field, "$gte", value),
            (ExpressionType.LessThan, _) => Condition(field, "$lt", value),
            (ExpressionType.LessThanOrEqual, _) => Condition(field, "$lte", value),
            _ => throw new NotSupportedException($"A filter cannot have {operation}."),
        };
    }

    /// <summary>A text that contains another, a list of the record that contains a value, or a list of the caller that contains the property.</summary>
    private JsonObject Contains(MethodCallExpression call)
    {
        var whole = call.Object ?? call.Arguments[0];
        var part = call.Arguments[call.Object is null ? 1 : 0];
        return FieldIn(whole) is { } list ? Condition(list, "$contains", RecordMap.NodeOf(ValueOf(part)))
            : FieldIn(part) is { } field && ValueOf(whole) is IEnumerable values
                ? Condition(field, "$in", new JsonArray([.. values.Cast<object?>().Select(RecordMap.NodeOf)]))
            : throw Unsupported(call);
    }

    private static JsonObject Condition(string field, string operation, JsonNode? value) => new() { [field] = new JsonObject { [operation] = value } };

    private static ExpressionType Mirrored(ExpressionType operation) => operation switch
    {
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        _ => operation,
    };

    private string? FieldIn(Expression expression) =>
        NameIn(expression) is not { } name ? null : map.FieldOf(name) ?? throw new NotSupportedException($"The definition has no property '{name}' that can be compared.");

    /// <summary>The name in <c>record["name"]</c>, whatever it is converted to; null for anything else.</summary>
    private static string? NameIn(Expression expression) => Bare(expression) switch
    {
        MethodCallExpression { Method.Name: "get_Item", Object: ParameterExpression } get => ValueOf(get.Arguments[0]) as string,
        IndexExpression { Object: ParameterExpression } index => ValueOf(index.Arguments[0]) as string,
        _ => null,
    };

    private static Expression Bare(Expression expression) => expression switch
    {
        UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked or ExpressionType.TypeAs } convert => Bare(convert.Operand),
        // What an array becomes where Contains is that of spans.
        MethodCallExpression { Method.Name: "op_Implicit" } convert => Bare(convert.Arguments[0]),
        _ => expression,
    };

    private static object? ValueOf(Expression expression) => Bare(expression) switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(member.Expression is null ? null : ValueOf(member.Expression)),
        MemberExpression { Member: PropertyInfo property } member => property.GetValue(member.Expression is null ? null : ValueOf(member.Expression)),
        MethodCallExpression call => call.Method.Invoke(call.Object is null ? null : ValueOf(call.Object), [.. call.Arguments.Select(ValueOf)]),
        NewArrayExpression { NodeType: ExpressionType.NewArrayInit } array => array.Expressions.Select(ValueOf).ToArray(),
        _ => throw Unsupported(expression),
    };

    private static NotSupportedException Unsupported(Expression expression) =>
        new($"A filter compares properties of the record with values; it cannot have {expression}.");
}

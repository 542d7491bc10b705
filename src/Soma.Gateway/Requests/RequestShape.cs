namespace Soma.Gateway.Requests;

/// <summary>The fields that a body or a query may have, as the OpenAPI document shows them.</summary>
internal abstract class RequestShape
{
    /// <summary>The body's schema; a component of the document.</summary>
    public abstract IOpenApiSchema ToSchema(OpenApiDocument? document);

    /// <summary>The fields as parameters of a query.</summary>
    public abstract IEnumerable<IOpenApiParameter> ToParameters(OpenApiDocument? document);
}

/// <summary>Fills a form from the fields of a body or a query, in one pass.</summary>
/// <param name="name">The name of its schema in the OpenAPI document.</param>
/// <param name="create">Makes an empty form.</param>
/// <param name="ignored">Fields that clients of SomaFractalMemory send. They are ignored.</param>
internal sealed class RequestShape<TForm>(string name, Func<TForm> create, params string[] ignored) : RequestShape
    where TForm : class
{
    private readonly List<Field<TForm>> _fields = [];

    /// <summary>Checks a form whose fields were read. Errors that it adds to the place are about the body or query as a whole.</summary>
    public Action<TForm, FieldPlace>? Check { get; init; }

    public RequestShape<TForm> With<T>(
        string field, FieldType<T> type, Action<TForm, T> set, string description = "",
        string? alias = null, bool required = false, string? excludes = null, Action<TForm>? onNull = null) =>
        With(new Field<TForm, T>(field, type, set, description) { Alias = alias, IsRequired = required, Excludes = excludes, OnNull = onNull });

    public RequestShape<TForm> With(Field<TForm> field)
    {
        _fields.Add(field);
        return this;
    }

    /// <summary>
    /// A field that is promised for a later version. It is refused by name: if it were ignored, <c>"as_of":17</c> would be answered
    /// from the present.
    /// </summary>
    public RequestShape<TForm> WithLater(string field) =>
        With(new Field<TForm, bool>(field, new LaterType(field), static (_, _) => { }, "") { IsShown = false });

    /// <summary>Reads the members of the object at the reader's position.</summary>
    public TForm Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors, FieldScope scope)
    {
        var form = CreateWithDefaults();
        var given = new GivenFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = Find(ref reader, out var byAlias);
            if (index < 0)
            {
                RefuseUnknown(reader.GetString()!, errors, scope);
                reader.Skip();
                continue;
            }

            reader.Read();
            var field = _fields[index];
            if (reader.TokenType == JsonTokenType.Null)
            {
                field.OnNull?.Invoke(form);
                continue;
            }

            if (given.Add(index, byAlias))
            {
                field.Read(ref reader, body, form, new FieldPlace(errors, scope, byAlias ? field.Alias : field.Name));
            }
            else
            {
                reader.Skip();
            }
        }

        Finish(form, given, errors, scope);
        return form;
    }

    /// <summary>Reads a query. An empty value counts as not given. If a field is given several times, the last value counts.</summary>
    public TForm Read(IQueryCollection query, FieldErrors errors)
    {
        var form = CreateWithDefaults();
        var given = new GivenFields();
        foreach (var (text, values) in query)
        {
            var index = _fields.FindIndex(field => field.IsCalled(text));
            if (index < 0)
            {
                RefuseUnknown(text, errors, FieldScope.Query);
            }
            else if (values is [.., { Length: > 0 } value] && given.Add(index, text == _fields[index].Alias))
            {
                _fields[index].Parse(value, form, new FieldPlace(errors, FieldScope.Query, text));
            }
        }

        Finish(form, given, errors, FieldScope.Query);
        return form;
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document)
    {
        var properties = new Dictionary<string, IOpenApiSchema>();
        foreach (var field in _fields.Where(field => field.IsShown))
        {
            properties[field.Name] = field.ToSchema(document, field.Description);
            if (field.Alias is { } alias)
            {
                properties[alias] = field.ToSchema(document, $"The same as {field.Name}.");
            }
        }

        document?.AddComponent(name, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = properties,
            Required = _fields.Where(field => field.IsRequired).Select(field => field.Name).ToHashSet(),
            AdditionalPropertiesAllowed = false,
        });
        return new OpenApiSchemaReference(name, document);
    }

    public override IEnumerable<IOpenApiParameter> ToParameters(OpenApiDocument? document)
    {
        foreach (var field in _fields.Where(field => field.IsShown))
        {
            yield return Parameter(field.Name, field.Description, field, document);
            if (field.Alias is { } alias)
            {
                yield return Parameter(alias, $"The same as {field.Name}.", field, document);
            }
        }
    }

    private static OpenApiParameter Parameter(string parameter, string description, Field<TForm> field, OpenApiDocument? document) => new()
    {
        Name = parameter,
        In = ParameterLocation.Query,
        Description = description,
        Required = field.IsRequired,
        Schema = field.ToQuerySchema(document),
    };

    private TForm CreateWithDefaults()
    {
        var form = create();
        foreach (var field in _fields)
        {
            field.SetDefault(form);
        }

        return form;
    }

    private int Find(ref Utf8JsonReader reader, out bool byAlias)
    {
        byAlias = false;
        for (var i = 0; i < _fields.Count; i++)
        {
            var field = _fields[i];
            if (reader.ValueTextEquals(field.NameInJson))
            {
                return i;
            }

            if (field.Alias is not null && reader.ValueTextEquals(field.AliasInJson))
            {
                byAlias = true;
                return i;
            }
        }

        return -1;
    }

    private void RefuseUnknown(string unknown, FieldErrors errors, FieldScope scope)
    {
        // Finding the nearest known name takes time: 100,000 unknown fields once took five seconds of it.
        if (!errors.IgnoresUnknown && !errors.IsFull && !ignored.Contains(unknown))
        {
            var message = UnknownFields.Describe(unknown, [.. _fields.Select(field => field.Name)]);
            errors.Add(scope.PathTo(unknown), message, "unknown_field");
        }
    }

    private void Finish(TForm form, GivenFields given, FieldErrors errors, FieldScope scope)
    {
        var whole = new FieldPlace(errors, scope, null);
        for (var i = 0; i < _fields.Count; i++)
        {
            var field = _fields[i];
            if (field.IsRequired && !given.Has(i))
            {
                whole.Beside(field.Name).IsWrong("Field required", "missing");
            }

            if (field.Excludes is { } other && given.Has(i) && given.Has(_fields.FindIndex(candidate => candidate.Name == other)))
            {
                whole.Beside(field.Name).IsWrong($"Give {other} or {field.Name}, not both", "conflict");
            }
        }

        Check?.Invoke(form, whole);
    }

    /// <summary>Remembers which fields were given with a value.</summary>
    private struct GivenFields
    {
        private ulong _given;
        private ulong _byName;

        /// <summary>
        /// Returns false if the field was given by its second name and also by its first. The value of the first name then counts, in
        /// whichever order they stand.
        /// </summary>
        public bool Add(int index, bool byAlias)
        {
            var bit = 1UL << index;
            _given |= bit;
            _byName |= byAlias ? 0 : bit;
            return !byAlias || (_byName & bit) == 0;
        }

        public readonly bool Has(int index) => index >= 0 && (_given & (1UL << index)) != 0;
    }
}

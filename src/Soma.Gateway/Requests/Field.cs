namespace Soma.Gateway.Requests;

/// <summary>One field of a body or query. It is declared once: reading, refusals and the OpenAPI document all use this declaration.</summary>
internal abstract class Field<TForm>(string name, string description)
{
    public string Name => name;

    public byte[] NameInJson { get; } = Encoding.UTF8.GetBytes(name);

    public string Description => description;

    /// <summary>A second name that some clients send, such as <c>vector</c> for <c>embedding</c>; null: none.</summary>
    public string? Alias { get; init; }

    public byte[] AliasInJson => field ??= Alias is null ? [] : Encoding.UTF8.GetBytes(Alias);

    public bool IsRequired { get; init; }

    /// <summary>The name of a field that must not be given together with this one.</summary>
    public string? Excludes { get; init; }

    /// <summary>What a JSON <c>null</c> does; null: it is ignored, as if the field were missing.</summary>
    public Action<TForm>? OnNull { get; init; }

    /// <summary>Whether the OpenAPI document shows the field.</summary>
    public bool IsShown { get; init; } = true;

    /// <summary>Whether this is the field's name or its second name.</summary>
    public bool IsCalled(string text) => text == name || text == Alias;

    public abstract void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, TForm form, in FieldPlace place);

    public abstract void Parse(string text, TForm form, in FieldPlace place);

    public virtual void SetDefault(TForm form)
    {
    }

    /// <summary>The schema of the field in a body, where a field that is not required may be null.</summary>
    public abstract OpenApiSchema ToSchema(OpenApiDocument? document, string description);

    public abstract IOpenApiSchema ToQuerySchema(OpenApiDocument? document);
}

/// <summary>A field with values of one type, each of which is written to one place of the form.</summary>
internal sealed class Field<TForm, T>(string name, FieldType<T> type, Action<TForm, T> set, string description) : Field<TForm>(name, description)
{
    public override void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, TForm form, in FieldPlace place)
    {
        if (type.TryRead(ref reader, body, place, out var value))
        {
            set(form, value);
        }
    }

    public override void Parse(string text, TForm form, in FieldPlace place)
    {
        if (type.TryParse(text, place, out var value))
        {
            set(form, value);
        }
    }

    public override void SetDefault(TForm form)
    {
        if (type.HasDefault)
        {
            set(form, type.Default!);
        }
    }

    public override OpenApiSchema ToSchema(OpenApiDocument? document, string description)
    {
        var inner = type.ToSchema(document);
        var schema = inner as OpenApiSchema ?? (IsRequired ? new OpenApiSchema { AllOf = [inner] } : new OpenApiSchema { AnyOf = [inner] });
        if (!IsRequired && schema.AnyOf is { } choices)
        {
            choices.Add(new OpenApiSchema { Type = JsonSchemaType.Null });
        }
        else if (!IsRequired)
        {
            schema.Type |= JsonSchemaType.Null;
        }

        // The default is stated in words: generated clients take a member with a default for a required one.
        schema.Description = DefaultInJson is { } value ? $"{description} Default {value.ToJsonString()}.".TrimStart() : description;
        return schema;
    }

    public override IOpenApiSchema ToQuerySchema(OpenApiDocument? document)
    {
        var inner = type.ToQuerySchema(document);
        return DefaultInJson is { } value && inner is OpenApiSchema schema ? WithDefault(schema, value) : inner;
    }

    private JsonNode? DefaultInJson => type.HasDefault ? type.ToJson(type.Default!) : null;

    private static OpenApiSchema WithDefault(OpenApiSchema schema, JsonNode value)
    {
        schema.Default = value;
        return schema;
    }
}

/* model.c - see model.h. */
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int copy_topics(struct model *model, const struct classify_topic *topics, size_t count)
{
    model->topics = calloc(count, sizeof *model->topics);
    if (!model->topics)
        return -ENOMEM;

    for (model->count = 0; model->count < count; model->count++) {
        struct model_topic *topic = &model->topics[model->count];
        topic->id = strdup(topics[model->count].id);
        topic->area = strdup(topics[model->count].area);
        if (!topic->id || !topic->area)
            return -ENOMEM;
    }
    return 0;
}

int model_new(struct model **ret_model, int32_t version, const struct classify_topic *topics,
              size_t count)
{
    EKC_CLEANUP(model_free) struct model *model = calloc(1, sizeof *model);
    if (!model)
        return -ENOMEM;

    int r = classify_model_new(&model->heart, topics, count);
    if (r < 0)
        return r;

    r = copy_topics(model, topics, count);
    if (r < 0)
        return r;

    model->version = version;
    (void)snprintf(model->name, sizeof model->name, CLASSIFY_MODEL_NAME "/taxonomy-%d",
                   (int)version);
    *ret_model = model;
    model = NULL;
    return 0;
}

void model_free(struct model **model)
{
    if (!*model)
        return;
    for (size_t i = 0; i < (*model)->count; i++) {
        free((*model)->topics[i].id);
        free((*model)->topics[i].area);
    }
    free((*model)->topics);
    classify_model_free(&(*model)->heart);
    free(*model);
    *model = NULL;
}

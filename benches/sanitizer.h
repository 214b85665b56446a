/* SPDX-License-Identifier: MIT
 *
 * Is this a build with a sanitizer? Some of what is measured here such a build cannot do.
 */
#ifndef SPB_SANITIZER_H
#define SPB_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#endif
#endif

#endif
